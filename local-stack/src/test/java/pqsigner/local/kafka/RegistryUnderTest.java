package pqsigner.local.kafka;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a schema registry says it has.
///
/// @param url the base of Confluent's API
record RegistryUnderTest(URI url) {

  /// Each subject and how many versions of it there are.
  Map<String, Integer> versions(String prefix) throws IOException, InterruptedException {
    Map<String, Integer> versions = new TreeMap<>();
    for (JsonNode each : ask("/subjects")) {
      String subject = each.asString();
      if (subject.startsWith(prefix)) {
        versions.put(subject, ask("/subjects/" + subject + "/versions").size());
      }
    }
    return versions;
  }

  String compatibility(String subject) throws IOException, InterruptedException {
    return ask("/config/" + subject).path("compatibilityLevel").asString();
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return JsonMapper.shared().readTree(client.send(request, BodyHandlers.ofString()).body());
    }
  }
}
