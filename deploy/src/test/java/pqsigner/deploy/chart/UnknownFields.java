package pqsigner.deploy.chart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The model keeps fields that it does not know, at any depth; a cluster would drop them.
final class UnknownFields {
  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  static List<String> of(KubernetesResource resource) {
    UnknownFields fields = new UnknownFields();
    // A resource of another's making has no model: all its fields are unknown.
    if (!(resource instanceof GenericKubernetesResource)) {
      fields.walk(resource.getClass().getSimpleName(), resource);
    }
    return fields.found;
  }

  private void walk(String path, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Collection<?> items -> items.forEach(item -> walk(path + "[]", item));
      case Map<?, ?> entries -> entries.forEach((key, item) -> walk(path + "." + key, item));
      case Object bean when bean.getClass().getName().startsWith("io.fabric8.kubernetes.api.") -> {
        for (Method getter : bean.getClass().getMethods()) {
          if (getter.getName().startsWith("get") && getter.getParameterCount() == 0) {
            property(path, bean, getter);
          }
        }
      }
      default -> {}
    }
  }

  private void property(String path, Object bean, Method getter) {
    Object value = call(bean, getter);
    if (!getter.getName().equals("getAdditionalProperties")) {
      walk(path + "." + getter.getName().substring(3), value);
    } else if (value instanceof Map<?, ?> unknown) {
      unknown.keySet().forEach(key -> found.add(path + "." + key));
    }
  }

  private static @Nullable Object call(Object bean, Method getter) {
    try {
      return getter.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
