package pqsigner.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import pqsigner.client.http.JsonHttp;
import tools.jackson.databind.JsonNode;

/// A command that asks the gateway and prints what it says.
public abstract class GatewayCommand implements Callable<Integer> {
  @Mixin protected GatewayConnection connection;

  @Mixin protected Output output;

  protected final JsonNode get(String path) {
    try (JsonHttp http = connection.json()) {
      return http.get(path).orThrow();
    }
  }
}
