package pqsigner.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// YAML as JSON trees. A key twice is an error: the second would silently win.
public final class Yaml {
  private Yaml() {}

  /// The documents of a stream, without the empty ones.
  public static List<JsonNode> documents(String text) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object each : parser((tag, value) -> refuse(tag)).loadAll(text)) {
      if (each != null) {
        documents.add(tree(each));
      }
    }
    return documents;
  }

  /// One document with tags of its own.
  ///
  /// @param tags what a tag and its scalar stand for
  public static JsonNode file(Path path, BiFunction<String, String, Object> tags) {
    Object document = parser(tags).load(text(path));
    return tree(Objects.requireNonNull(document, path + " is empty"));
  }

  public static JsonNode file(Path path) {
    return file(path, (tag, value) -> refuse(tag));
  }

  public static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(Object document) {
    return JsonMapper.shared().valueToTree(document);
  }

  private static Object refuse(String tag) {
    throw new IllegalArgumentException("a tag: " + tag);
  }

  private static org.yaml.snakeyaml.Yaml parser(BiFunction<String, String, Object> tags) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new org.yaml.snakeyaml.Yaml(new Tagged(options, tags));
  }

  private static final class Tagged extends SafeConstructor {
    Tagged(LoaderOptions options, BiFunction<String, String, Object> tags) {
      super(options);
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String value = node instanceof ScalarNode scalar ? scalar.getValue() : "";
              return tags.apply(node.getTag().getValue(), value);
            }
          });
    }
  }
}
