package pqsigner.cli.custodian;

import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.SignerResult;
import tools.jackson.databind.node.ObjectNode;

/// What is said of a request that was accepted and not waited for.
final class PendingAnswer {
  private PendingAnswer() {}

  static void show(Output output, SignerResult.Pending pending) {
    ObjectNode body = Json.object();
    body.put("request_id", pending.requestId());
    body.put("state", pending.state());
    output.show(
        body,
        "accepted",
        pending.state(),
        "  request_id   " + pending.requestId(),
        "  ask for it   pq-signer request " + pending.requestId());
  }
}
