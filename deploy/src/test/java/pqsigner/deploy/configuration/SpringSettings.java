package pqsigner.deploy.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The settings of gateway and worker: types and defaults from their records, descriptions from
/// what Spring Boot's annotation processor found in the records' comments.
final class SpringSettings {
  private final Map<String, Class<?>> records = new TreeMap<>();
  private final Map<String, Map<String, String>> descriptions = new TreeMap<>();

  SpringSettings() {
    try {
      for (URL url :
          Collections.list(
              SpringSettings.class
                  .getClassLoader()
                  .getResources("META-INF/spring-configuration-metadata.json"))) {
        try (InputStream in = url.openStream()) {
          read(JsonMapper.shared().readTree(in));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(JsonNode metadata) {
    for (JsonNode group : metadata.path("groups")) {
      String type = group.path("sourceType").asString();
      if (type.startsWith("pqsigner.")) {
        records.put(type, load(type));
      }
    }
    for (JsonNode property : metadata.path("properties")) {
      descriptions
          .computeIfAbsent(property.path("sourceType").asString(), _ -> new TreeMap<>())
          .put(property.path("name").asString(), property.path("description").asString());
    }
  }

  private static Class<?> load(String type) {
    try {
      return Class.forName(type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  List<Class<?>> of(String service) {
    return records.values().stream()
        .filter(type -> type.getName().startsWith("pqsigner." + service + "."))
        .toList();
  }

  Stream<Setting> settings(String service) {
    return of(service).stream()
        .sorted((a, b) -> prefix(a).compareTo(prefix(b)))
        .flatMap(type -> Stream.of(type.getRecordComponents()).map(each -> setting(type, each)));
  }

  static String prefix(Class<?> type) {
    ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
    return annotation.value() + annotation.prefix();
  }

  private Setting setting(Class<?> type, RecordComponent component) {
    String key = prefix(type) + "." + dashed(component.getName());
    String description = descriptions.getOrDefault(type.getName(), Map.of()).get(key);
    if (description == null) {
      throw new AssertionError(key + " has no @param in " + type.getName());
    }
    return Setting.described(
        key, typeName(component.getType()), byDefault(type, component), description);
  }

  private static String dashed(String name) {
    return Pattern.compile("[A-Z]")
        .matcher(name)
        .replaceAll(found -> "-" + found.group().toLowerCase(Locale.ROOT));
  }

  /// On the constructor's parameter, where the binder reads it.
  private static String byDefault(Class<?> type, RecordComponent component) {
    @Nullable DefaultValue value =
        Stream.of(type.getDeclaredConstructors()[0].getParameters())
            .filter(parameter -> parameter.getName().equals(component.getName()))
            .findFirst()
            .orElseThrow()
            .getAnnotation(DefaultValue.class);
    if (value == null) {
      return component.getAnnotatedType().isAnnotationPresent(Nullable.class) ? "none" : "required";
    }
    String text = String.join(",", value.value());
    return text.isEmpty() ? "empty" : "`" + text + "`";
  }

  private static String typeName(Class<?> type) {
    if (type == Duration.class) {
      return "duration";
    }
    if (type == DataSize.class) {
      return "size";
    }
    if (type == int.class) {
      return "number";
    }
    if (type == boolean.class) {
      return "`true`, `false`";
    }
    if (type == Path.class) {
      return "file";
    }
    if (type == URI.class) {
      return "URI";
    }
    if (type == List.class) {
      return "list";
    }
    if (type == Map.class) {
      return "map";
    }
    if (type == String.class) {
      return "text";
    }
    throw new AssertionError("no name for " + type);
  }
}
