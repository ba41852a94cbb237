package pqsigner.deploy.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import pqsigner.deploy.Yaml;
import pqsigner.deploy.images.Images;
import tools.jackson.databind.JsonNode;

/// `docker-compose.yml` with its anchors resolved.
final class ComposeFile {
  private ComposeFile() {}

  static JsonNode read() {
    return Yaml.file(Images.CONTEXT.resolve("docker-compose.yml"));
  }

  static Map<String, JsonNode> services() {
    Map<String, JsonNode> services = new LinkedHashMap<>();
    read().get("services").properties().forEach(e -> services.put(e.getKey(), e.getValue()));
    return services;
  }

  static JsonNode service(String name) {
    return Objects.requireNonNull(services().get(name), name);
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  static Map<String, String> environment(JsonNode service) {
    Map<String, String> environment = new LinkedHashMap<>();
    service
        .path("environment")
        .properties()
        .forEach(e -> environment.put(e.getKey(), e.getValue().asString()));
    return environment;
  }

  /// Sources by where they are seen.
  static Map<String, String> mounts(JsonNode service) {
    Map<String, String> mounts = new LinkedHashMap<>();
    service
        .path("volumes")
        .forEach(v -> mounts.put(v.get("target").asString(), v.get("source").asString()));
    return mounts;
  }

  static Stream<String> ours() {
    return services().entrySet().stream()
        .filter(e -> e.getValue().has("build"))
        .map(Map.Entry::getKey);
  }
}
