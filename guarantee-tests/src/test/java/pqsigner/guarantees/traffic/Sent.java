package pqsigner.guarantees.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pqsigner.client.SignerRequest;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;

/// A request, and how it was sent.
///
/// @param key that it is to be signed with; null if it names none
/// @param rival another request under the same id
record Sent(
    Kind kind,
    boolean overKafka,
    boolean overHttp,
    SignerRequest request,
    @Nullable Key key,
    @Nullable SignerRequest rival) {

  /// Of twenty requests, thirteen are plain.
  enum Kind {
    PLAIN,
    UNKNOWN_USER,
    PAST_DEADLINE,
    SHORT_DEADLINE,
    /// Delivered twice over Kafka.
    TWICE,
    /// Over Kafka and over HTTP.
    BOTH_WAYS,
    /// With a rival.
    CONFLICT,
    /// Bytes that are no command, under a record key that is an id.
    POISON;

    static Kind of(int n) {
      return switch (n % 20) {
        case 1 -> UNKNOWN_USER;
        case 4 -> PAST_DEADLINE;
        case 7 -> SHORT_DEADLINE;
        case 10 -> TWICE;
        case 13 -> BOTH_WAYS;
        case 16 -> CONFLICT;
        case 18 -> POISON;
        default -> PLAIN;
      };
    }
  }

  private static final int SHORT_SECONDS = 3;

  /// The `n`th request; kinds that can go both ways take turns.
  static Sent of(int n, Key key) {
    Kind kind = Kind.of(n);
    // Neither in step with the kinds nor with the keys.
    boolean turn = n / 20 % 2 == n % 2;
    boolean kafka =
        switch (kind) {
          case TWICE, BOTH_WAYS, POISON -> true;
          default -> turn;
        };
    String userId = kind == Kind.UNKNOWN_USER ? Stack.newUserId() : key.userId();
    SignerRequest request = SignerRequest.sign(userId, bytes("first"));
    request =
        switch (kind) {
          case PAST_DEADLINE -> request.withDeadline(Instant.now().minusSeconds(1).toString());
          case SHORT_DEADLINE ->
              request.withDeadline(Instant.now().plusSeconds(SHORT_SECONDS).toString());
          default -> request;
        };
    SignerRequest rival =
        kind == Kind.CONFLICT
            ? SignerRequest.sign(userId, bytes("rival")).withRequestId(request.requestId())
            : null;
    boolean http = !kafka || kind == Kind.BOTH_WAYS;
    return new Sent(kind, kafka, http, request, kind == Kind.UNKNOWN_USER ? null : key, rival);
  }

  private static byte[] bytes(String what) {
    return (Stack.newRequestId() + " " + what).getBytes(UTF_8);
  }

  String id() {
    return request.requestId();
  }

  Key requiredKey() {
    return Objects.requireNonNull(key);
  }

  SignerRequest requiredRival() {
    return Objects.requireNonNull(rival);
  }
}
