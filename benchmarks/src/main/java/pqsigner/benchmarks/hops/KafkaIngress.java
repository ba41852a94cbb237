package pqsigner.benchmarks.hops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import pqsigner.client.Json;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.client.kafka.ReceivedEvent;

/// One thread that writes commands and reads results.
record KafkaIngress(KafkaSigner signer) implements Ingress {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Sent(SignerRequest request, long atNanos) {}

  @Override
  public List<Answered> send(List<SignerRequest> requests, int atOnce) {
    Iterator<SignerRequest> next = requests.iterator();
    Map<String, Sent> inFlight = new HashMap<>();
    List<Answered> answered = new ArrayList<>();
    long progress = System.nanoTime();
    while (answered.size() < requests.size()) {
      while (inFlight.size() < atOnce && next.hasNext()) {
        SignerRequest request = next.next();
        inFlight.put(request.requestId(), new Sent(request, System.nanoTime()));
        // A command that is lost shows as one without an answer.
        var _ = signer.send(request);
      }
      int before = answered.size();
      signer.poll(POLL, result -> take(result, inFlight, answered));
      if (answered.size() > before) {
        progress = System.nanoTime();
      } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
        throw new SignerException("no_answer", inFlight.size() + " commands have no result");
      }
    }
    return answered;
  }

  private static void take(
      ReceivedEvent result, Map<String, Sent> inFlight, List<Answered> answered) {
    Sent sent = inFlight.remove(result.requestId());
    if (sent != null) {
      long nanos = System.nanoTime() - sent.atNanos;
      byte[] signature = Json.base64(result.outcome().orFail(), "signature");
      answered.add(new Answered(sent.request, signature, nanos));
    }
  }

  @Override
  public void close() {
    signer.close();
  }
}
