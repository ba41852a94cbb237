package pqsigner.deploy.chart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pqsigner.deploy.Yaml;
import tools.jackson.databind.JsonNode;

/// What one set of values makes of the chart.
///
/// @param set the value set's name, for messages
record Rendered(String set, List<HasMetadata> objects) {
  private static final KubernetesSerialization MODEL = new KubernetesSerialization();

  static Rendered of(String set, String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    for (JsonNode document : Yaml.documents(yaml)) {
      objects.add(parse(document.toString()));
    }
    return new Rendered(set, objects);
  }

  static HasMetadata parse(String json) {
    return MODEL.unmarshal(json);
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends HasMetadata> T one(Class<T> kind, String component) {
    return all(kind).stream()
        .filter(each -> each.getMetadata().getName().equals(Chart.RELEASE + "-" + component))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + component));
  }

  /// Everything that starts containers, by component.
  Map<String, PodTemplateSpec> pods() {
    Map<String, PodTemplateSpec> pods = new LinkedHashMap<>();
    for (HasMetadata each : objects) {
      if (each instanceof Deployment deployment) {
        put(pods, deployment.getSpec().getTemplate());
      } else if (each instanceof Job job) {
        put(pods, job.getSpec().getTemplate());
      }
    }
    return pods;
  }

  private static void put(Map<String, PodTemplateSpec> pods, PodTemplateSpec pod) {
    String component = pod.getMetadata().getLabels().get("app.kubernetes.io/component");
    if (component == null || pods.put(component, pod) != null) {
      throw new AssertionError("two pods of one component, or one without: " + component);
    }
  }

  PodTemplateSpec pod(String component) {
    PodTemplateSpec pod = pods().get(component);
    if (pod == null) {
      throw new AssertionError("no pod " + component);
    }
    return pod;
  }

  Container container(String component, String name) {
    return pod(component).getSpec().getContainers().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static Map<String, String> environment(Container container) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvVar variable : container.getEnv()) {
      if (environment.put(variable.getName(), variable.getValue()) != null) {
        throw new AssertionError("set twice: " + variable.getName());
      }
    }
    return environment;
  }

  @Override
  public String toString() {
    return set;
  }
}
