package pqsigner.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `--name value` pairs. Those that were not asked for are errors: see [#requireNoOther].
final class Options {
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  Options(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("not --name value: " + name);
      }
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(arguments.get(i + 1));
    }
  }

  List<String> all(String name) {
    List<String> found = values.remove(name);
    return found == null ? List.of() : found;
  }

  @Nullable String maybe(String name) {
    List<String> found = all(name);
    if (found.size() > 1) {
      throw new IllegalArgumentException(name + " is given twice");
    }
    return found.isEmpty() ? null : found.getFirst();
  }

  String one(String name) {
    String value = maybe(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  String one(String name, String otherwise) {
    String value = maybe(name);
    return value == null ? otherwise : value;
  }

  void requireNoOther() {
    Set<String> left = values.keySet();
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("unknown: " + String.join(" ", left));
    }
  }
}
