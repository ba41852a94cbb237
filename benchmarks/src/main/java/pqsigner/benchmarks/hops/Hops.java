package pqsigner.benchmarks.hops;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pqsigner.benchmarks.hops.Exposition.Calls;
import pqsigner.client.Channel;

/// Takes the way of a signature apart by what the services count.
///
/// A batch is waited for as a whole by each of its signatures; it counts as if all were equally
/// long. What no timer sees is what is left between those that do.
record Hops(Channel channel, Measured measured) {
  static final String REQUESTS = "http_server_requests";
  static final String ADMISSION = "pq_signer_gateway_admission";
  static final String LEDGER = "pq_signer_gateway_ledger_calls";
  static final String EXCHANGE = "pq_signer_worker_exchange";
  static final String BATCH = "pq_signer_worker_batch";
  static final String BATCH_RECORDS = "pq_signer_worker_batch_records_sum";
  static final String KMS = "pq_signer_enclave_kms_calls";
  static final String REPLY = "pq_signer_gateway_replies_age";

  private static final Map<String, String> SIGN = Map.of("uri", "/v1/pq-signer");

  /// Of DynamoDB, by what asks for them; the rest is the sweeper's and in nobody's way.
  private static final List<String> OF_ADMISSION = List.of("GetItem", "PutItem");

  private static final List<String> OF_REPLY = List.of("UpdateItem");

  /// Whether everything has counted so many signatures.
  static boolean complete(Channel channel, Exposition gateway, Exposition worker, int signatures) {
    return worker.sum(BATCH_RECORDS, Map.of()) >= signatures
        && gateway.calls(REPLY).count() >= signatures
        && (channel == Channel.KAFKA || gateway.calls(REQUESTS, SIGN).count() >= signatures);
  }

  List<Hop> all() {
    Calls exchange = measured.worker().calls(EXCHANGE);
    Hop admission =
        each("gateway: admission", 0, gateway().calls(ADMISSION, Map.of("origin", origin())));
    Hop enclave = together("worker: waiting for the enclave", 0, exchange, exchange);
    Hop reply = each("gateway: reply, ledger, release", 0, gateway().calls(REPLY));
    double timed = admission.waited() + enclave.waited() + reply.waited();

    List<Hop> hops = new ArrayList<>();
    switch (channel) {
      case HTTP -> {
        double inGateway = gateway().calls(REQUESTS, SIGN).mean();
        hops.add(Hop.rest("caller, TLS, Tomcat", 0, measured.endToEnd() - inGateway));
        hops.add(
            Hop.rest("jobs topic and its poll; reading and writing HTTP", 0, inGateway - timed));
      }
      case KAFKA ->
          hops.add(
              Hop.rest(
                  "commands, jobs and results topics and their polls",
                  0,
                  measured.endToEnd() - timed));
    }
    addWithin(hops, admission, ledger(OF_ADMISSION), "digest, job to the broker");
    addWithin(
        hops,
        enclave,
        List.of(together("KMS Decrypt", 1, kms(), exchange)),
        "frames, unwrap, open, sign, verify");
    addWithin(hops, reply, ledger(OF_REPLY), restOfReply());
    return hops;
  }

  /// What the gateway calls the way in.
  private String origin() {
    return channel.name().toLowerCase(Locale.ROOT);
  }

  private String restOfReply() {
    return switch (channel) {
      case HTTP -> "replies topic and its poll";
      case KAFKA -> "replies topic and its poll, result to the broker";
    };
  }

  /// The worker's round around its wait for the enclave. A reply's age begins when the enclave has
  /// answered, so the second half of this is in that too, and it is not a hop.
  Hop besideEnclave() {
    Calls batch = measured.worker().calls(BATCH);
    Calls exchange = measured.worker().calls(EXCHANGE);
    Calls around = new Calls(batch.count(), batch.seconds() - exchange.seconds());
    return together("worker: decoding, publishing (partly within the reply)", 0, around, around);
  }

  double recordsOfBatch() {
    return measured.worker().sum(BATCH_RECORDS, Map.of()) / measured.worker().calls(BATCH).count();
  }

  double kmsCalls() {
    return kms().count() / measured.signatures();
  }

  private Exposition gateway() {
    return measured.gateway();
  }

  private static void addWithin(List<Hop> hops, Hop outer, List<Hop> inner, String rest) {
    hops.add(outer);
    hops.addAll(inner);
    double timed = inner.stream().mapToDouble(Hop::waited).sum();
    hops.add(Hop.rest(rest, 1, outer.waited() - timed));
  }

  private List<Hop> ledger(List<String> operations) {
    return operations.stream()
        .map(
            name -> each("DynamoDB " + name, 1, gateway().calls(LEDGER, Map.of("operation", name))))
        .toList();
  }

  private Calls kms() {
    return measured.enclave().calls(KMS, Map.of("operation", "decrypt"));
  }

  /// What each signature does for itself.
  private Hop each(String name, int depth, Calls calls) {
    return new Hop(
        name,
        depth,
        calls.count() / measured.signatures(),
        calls.mean(),
        calls.seconds() / measured.signatures());
  }

  /// What is done for a batch, once or for some of its keys at a time: a signature waits for one of
  /// them, if there is one in its batch.
  private Hop together(String name, int depth, Calls calls, Calls batches) {
    double inBatch = batches.count() == 0 ? 0 : Math.min(1, calls.count() / batches.count());
    return new Hop(
        name, depth, calls.count() / measured.signatures(), calls.mean(), calls.mean() * inBatch);
  }
}
