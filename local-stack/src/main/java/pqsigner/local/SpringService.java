package pqsigner.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pqsigner.local.process.Launch;
import pqsigner.local.process.Readiness;

/// What gateway, worker and delay line are started with, besides what is their own.
record SpringService(
    String name, String module, String mainClass, int managementPort, boolean shortLived) {

  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx256m",
          "-XX:-HeapDumpOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "--enable-native-access=ALL-UNNAMED");

  private static final List<String> LONG_LIVED = List.of("-XX:+UseSerialGC", "-Xshare:auto");
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);

  URI management() {
    return URI.create("http://127.0.0.1:" + managementPort);
  }

  Launch launch(
      Modules modules, Map<String, String> properties, Map<String, String> environment, Path log) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("management.server.address", "127.0.0.1");
    all.put("management.server.port", Integer.toString(managementPort));
    // Health is plain HTTP on loopback; without this it would inherit the API's mTLS.
    all.put("management.server.ssl.enabled", "false");
    all.put("spring.main.banner-mode", "off");
    // For people; what is deployed writes JSON.
    all.put("logging.structured.format.console", "");
    all.putAll(properties);
    List<String> arguments = new ArrayList<>();
    all.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    List<String> jvm = new ArrayList<>(JVM_OPTIONS);
    jvm.addAll(shortLived ? Launch.QUICK_START : LONG_LIVED);
    return new Launch(
        name,
        jvm,
        modules.classPath(module),
        mainClass,
        arguments,
        environment,
        log,
        new Readiness.Http(management().resolve("/actuator/health/readiness")),
        START_TIMEOUT,
        GRACE);
  }
}
