package pqsigner.benchmarks.operations;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import pqsigner.local.Modules;

/// How the benchmarks are run.
final class Operations {
  private Operations() {}

  /// Each in a JVM of its own with the enclave's flags, for a few seconds. Short, because what is
  /// compared is what was measured within a few minutes, and a round is repeated.
  static Options round(Path report) {
    List<String> jvm = new ArrayList<>(Modules.find().enclaveJvmOptions());
    jvm.add("--sun-misc-unsafe-memory-access=allow");
    return all()
        .forks(1)
        .jvmArgs(jvm.toArray(String[]::new))
        .warmupIterations(1)
        .warmupTime(TimeValue.seconds(2))
        .measurementIterations(4)
        .measurementTime(TimeValue.milliseconds(300))
        // Conscrypt frees a native key when the collector has found its shell.
        .shouldDoGC(true)
        .resultFormat(ResultFormatType.JSON)
        .result(report.toString())
        .build();
  }

  /// Each once, in this JVM: whether they work, not how fast they are.
  static Options once() {
    return all()
        .forks(0)
        .mode(Mode.SingleShotTime)
        .warmupIterations(0)
        .measurementIterations(1)
        .build();
  }

  private static ChainedOptionsBuilder all() {
    return new OptionsBuilder()
        .include("pqsigner\\..*Benchmark\\..*")
        .threads(1)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true);
  }
}
