package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.client.RegisteredKey;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.CustodianTopics;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.client.kafka.ReceivedEvent;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// One request_id, one result: the same bytes for the same content, a conflict for any other,
/// whichever way it comes and comes again.
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdempotencyIT {
  private static final byte[] MESSAGE = "once".getBytes(UTF_8);
  private static final byte[] OTHER = "twice".getBytes(UTF_8);

  private final Stack stack;
  private final Key key;

  IdempotencyIT(Stack stack) {
    this.stack = stack;
    this.key = stack.newKey("ML-DSA-65");
  }

  @Test
  void repeatsGiveTheSameBytesOverBothWaysIn() {
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      SignerRequest httpFirst = SignerRequest.sign(key.userId(), MESSAGE);
      SignerRequest kafkaFirst = SignerRequest.sign(key.userId(), MESSAGE);
      String overHttp = signature(http.submit(httpFirst, Stack.PATIENCE));
      String overKafka = signature(kafka.submit(kafkaFirst, Stack.PATIENCE));

      assertThat(signature(http.submit(httpFirst, Stack.PATIENCE))).isEqualTo(overHttp);
      assertThat(signature(kafka.submit(httpFirst, Stack.PATIENCE))).isEqualTo(overHttp);
      assertThat(signature(http.submit(kafkaFirst, Stack.PATIENCE))).isEqualTo(overKafka);
      assertThat(signature(kafka.submit(kafkaFirst, Stack.PATIENCE))).isEqualTo(overKafka);
      assertThat(overHttp).as("hedged signatures of two requests").isNotEqualTo(overKafka);
    }
  }

  @Test
  void deliveriesOfOneResultAreByteIdentical() {
    try (CustodianTopics topics = stack.topics("custodian-a")) {
      SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE);
      byte[] first = event(topics, request).value();
      byte[] second = event(topics, request).value();
      assertThat(second).isEqualTo(first);
    }
  }

  @Test
  void aKeyIsMadeOnceForItsRequest() {
    String userId = Stack.newUserId();
    SignerRequest request = SignerRequest.keyGeneration(userId, "ML-DSA-44");
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      RegisteredKey first = http.submit(request, Stack.PATIENCE).requireKey();
      for (Signer either : List.of(http, kafka)) {
        assertThat(either.submit(request, Stack.PATIENCE).requireKey())
            .usingRecursiveComparison()
            .isEqualTo(first);
      }
    }
  }

  @Test
  void otherContentIsAConflictInEveryRespect() {
    SignerRequest first = SignerRequest.sign(key.userId(), MESSAGE);
    String id = first.requestId();
    Key otherKey = stack.newKey("ML-DSA-65");
    try (HttpSigner http = stack.signer("custodian-a")) {
      String signature = signature(http.submit(first, Stack.PATIENCE));
      List<SignerRequest> others =
          List.of(
              SignerRequest.sign(key.userId(), OTHER),
              SignerRequest.sign(otherKey.userId(), MESSAGE),
              SignerRequest.sign(key.userId(), MESSAGE).withAlgorithm("ML-DSA-65"),
              SignerRequest.sign(key.userId(), MESSAGE).withContext(OTHER),
              SignerRequest.signMu(key.userId(), new byte[64]),
              SignerRequest.keyGeneration(key.userId(), "ML-DSA-65"),
              SignerRequest.keyGeneration(Stack.newUserId(), "ML-DSA-65"));
      for (SignerRequest other : others) {
        assertThat(http.submit(other.withRequestId(id), Stack.PATIENCE))
            .as(other.toString())
            .isInstanceOf(SignerResult.Conflict.class);
      }
      assertThat(signature(http.submit(first, Stack.PATIENCE))).isEqualTo(signature);
    }
  }

  @Test
  void aDeadlineIsNoContent() {
    SignerRequest first = SignerRequest.sign(key.userId(), MESSAGE);
    try (HttpSigner http = stack.signer("custodian-a")) {
      String signature = signature(http.submit(first, Stack.PATIENCE));
      String past = Instant.now().minusSeconds(60).toString();
      assertThat(signature(http.submit(first.withDeadline(past), Stack.PATIENCE)))
          .as("a finished request returns its result for ever")
          .isEqualTo(signature);
    }
  }

  @Test
  void theWaysInKnowOfEachOthersIds() {
    try (HttpSigner http = stack.signer("custodian-a");
        KafkaSigner kafka = stack.kafka("custodian-a")) {
      SignerRequest overHttp = SignerRequest.sign(key.userId(), MESSAGE);
      SignerRequest overKafka = SignerRequest.sign(key.userId(), MESSAGE);
      String first = signature(http.submit(overHttp, Stack.PATIENCE));
      String second = signature(kafka.submit(overKafka, Stack.PATIENCE));

      for (SignerRequest other : List.of(other(overHttp), other(overKafka))) {
        for (Signer either : List.of(http, kafka)) {
          assertThat(either.submit(other, Stack.PATIENCE))
              .isInstanceOf(SignerResult.Conflict.class);
        }
      }
      assertThat(signature(kafka.submit(overHttp, Stack.PATIENCE))).isEqualTo(first);
      assertThat(signature(http.submit(overKafka, Stack.PATIENCE))).isEqualTo(second);
    }
  }

  @Test
  void manyCallersWithOneRequestGetOneSignature() throws Exception {
    SignerRequest request = SignerRequest.sign(key.userId(), MESSAGE);
    try (HttpSigner http = stack.signer("custodian-a");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SignerResult>> answers = new ArrayList<>();
      for (int n = 0; n < 24; n++) {
        answers.add(callers.submit(() -> http.submit(request, Stack.PATIENCE)));
      }
      List<String> signatures = new ArrayList<>();
      for (Future<SignerResult> answer : answers) {
        signatures.add(signature(answer.get()));
      }
      assertThat(Set.copyOf(signatures)).hasSize(1);
    }
  }

  @Test
  void ofManyContentsUnderOneIdOneWinsAndTheOthersConflict() throws Exception {
    String id = Stack.newRequestId();
    try (HttpSigner http = stack.signer("custodian-a");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SignerResult>> answers =
          IntStream.range(0, 16)
              .mapToObj(
                  n ->
                      callers.submit(
                          () ->
                              http.submit(
                                  SignerRequest.sign(key.userId(), new byte[] {(byte) n})
                                      .withRequestId(id),
                                  Stack.PATIENCE)))
              .toList();
      List<SignerResult> outcomes = new ArrayList<>();
      for (Future<SignerResult> answer : answers) {
        outcomes.add(answer.get());
      }
      assertThat(outcomes).filteredOn(SignerResult.Signed.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn(SignerResult.Conflict.class::isInstance).hasSize(15);
    }
  }

  private static SignerRequest other(SignerRequest request) {
    return SignerRequest.sign(String.valueOf(request.userId()), OTHER)
        .withRequestId(request.requestId());
  }

  /// Sends a request and waits for the next event under its id.
  private static ReceivedEvent event(CustodianTopics topics, SignerRequest request) {
    Signer.await(topics.send(request));
    List<ReceivedEvent> heard = new ArrayList<>();
    long until = System.nanoTime() + Stack.PATIENCE.toNanos();
    while (heard.isEmpty()) {
      assertThat(System.nanoTime() - until).as("time over for " + request).isNegative();
      topics.poll(
          Duration.ofMillis(100),
          event -> {
            if (event.requestId().equals(request.requestId())) {
              heard.add(event);
            }
          });
    }
    return heard.getFirst();
  }

  private static String signature(SignerResult result) {
    return HexFormat.of().formatHex(result.requireSigned().signature());
  }
}
