package pqsigner.cli.custodian;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.CustodianConnection;
import pqsigner.cli.Output;
import pqsigner.client.Channel;
import pqsigner.client.Json;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;

/// A command that sends one request and shows what became of it.
abstract class SubmitCommand implements Callable<Integer> {
  @Mixin protected CustodianConnection connection;

  @Mixin protected Output output;

  @Option(names = "--request-id", description = "Idempotency key; a new one if missing.")
  private @Nullable String requestId;

  @Option(
      names = "--via",
      defaultValue = "http",
      description = "Send the request over http (default) or kafka.")
  private Channel channel = Channel.HTTP;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait for the result (default 60). The work goes on regardless.")
  private int waitSeconds = 60;

  @Option(names = "--async", description = "Return as soon as the request is accepted.")
  private boolean async;

  abstract SignerRequest request();

  /// @param took how long it took, and over what
  abstract void show(SignerResult result, String took);

  @Override
  public Integer call() {
    SignerRequest request = request().withRequestId(requestId);
    long start = System.nanoTime();
    SignerResult result = submit(request);
    if (async && result instanceof SignerResult.Pending(String id, String state)) {
      output.show(
          Json.object().put("request_id", id).put("state", state),
          "accepted",
          state,
          "  request_id   " + id,
          "  check it     pq-signer request " + id);
    } else {
      String way = channel == Channel.HTTP ? "HTTPS" : channel.toString();
      show(result, (System.nanoTime() - start) / 1_000_000 + " ms over " + way);
    }
    return 0;
  }

  private SignerResult submit(SignerRequest request) {
    Duration patience = async ? Duration.ZERO : Duration.ofSeconds(Math.max(1, waitSeconds));
    try (Signer signer = connection.open(channel)) {
      return signer.submit(request, patience);
    }
  }
}
