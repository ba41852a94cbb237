package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.bytes;
import static pqsigner.gateway.dynamodb.Attributes.bytesOrNull;
import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.textOrNull;
import static pqsigner.gateway.dynamodb.Attributes.time;
import static pqsigner.gateway.dynamodb.Attributes.timeOrNull;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.RequestType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The item layout that the package draws, read and written.
final class RequestItem {

  static final String ID = "id";
  static final String DIGEST = "digest_sha256";
  static final String TYPE = "request_type";
  static final String USER_ID = "user_id";
  static final String ALG = "alg";
  static final String KEY_VERSION = "key_version";
  static final String STATE = "request_state";
  static final String ACCEPTED_AT = "accepted_at";
  static final String DEADLINE_AT = "deadline_at";
  static final String ASKED_BY = "asked_by";
  static final String TRACE_PARENT = "trace_parent";
  static final String MESSAGE = "content_message";
  static final String MU = "content_mu";
  static final String CONTEXT = "content_context";
  static final String BIRTH_NONCE = "content_birth_nonce";
  static final String REQUEUE_COUNT = "requeue_count";
  static final String QUEUED_AT = "queued_at";
  static final String PENDING_SHARD = "pending_shard";
  static final String PENDING_SINCE = "pending_since";
  static final String DUE_AT = "due_at";
  static final String ENDED_AT = "ended_at";
  static final String FAILED_SHARD = "failed_shard";
  static final String CODE = "result_code";
  static final String DETAIL = "result_detail";
  static final String ATTEMPTS = "result_attempts";
  static final String SIGNATURE = "result_signature";
  static final String PUBLIC_KEY = "result_public_key";
  static final String BIRTH_ATTESTATION = "result_birth_attestation";
  static final String SEALED_KEY_SHA256 = "result_sealed_key_sha256";
  static final String REPLAY_TRAIL = "replay_trail";
  static final String REPLAYED_AT = "replayed_at";
  static final String DEAD_LETTER = "dead_letter";
  static final String EXPIRES_AT = "expires_at";

  /// Eight partitions of an index take about 8,000 writes a second; a sweep asks each in turn.
  static final int SHARDS = 8;

  private RequestItem() {}

  static String id(String custodian, String requestId) {
    return custodian + "/" + requestId;
  }

  static Map<String, AttributeValue> key(String custodian, String requestId) {
    return Map.of(ID, text(id(custodian, requestId)));
  }

  static String shard(String id) {
    return Integer.toString(Math.floorMod(id.hashCode(), SHARDS));
  }

  /// A whole new item: the row as [pqsigner.gateway.ledger.LedgerTransitions] made it.
  static Map<String, AttributeValue> of(LedgerEntry entry, @Nullable Instant deletableAt) {
    Map<String, AttributeValue> item = new HashMap<>();
    String id = id(entry.custodian(), entry.requestId());
    item.put(ID, text(id));
    item.put(DIGEST, bytes(entry.digest()));
    putIfAny(item, TYPE, entry.type() == null ? null : text(entry.type().label()));
    putIfAny(item, USER_ID, entry.userId() == null ? null : text(entry.userId()));
    putIfAny(item, ALG, entry.algorithm() == null ? null : text(entry.algorithm().label()));
    item.put(KEY_VERSION, number(entry.keyVersion()));
    item.put(STATE, text(entry.state().name()));
    item.put(ACCEPTED_AT, time(entry.acceptedAt()));
    putIfAny(item, DEADLINE_AT, entry.deadline() == null ? null : time(entry.deadline()));
    item.put(ASKED_BY, text(entry.origin().name()));
    putIfAny(item, TRACE_PARENT, entry.traceparent() == null ? null : text(entry.traceparent()));
    item.put(REQUEUE_COUNT, number(entry.requeues()));
    putIfAny(item, QUEUED_AT, entry.queuedAt() == null ? null : time(entry.queuedAt()));
    if (entry.content() != null) {
      content(item, entry.content());
    }
    if (entry.dueAt() != null) {
      item.put(PENDING_SHARD, text(shard(id)));
      item.put(PENDING_SINCE, time(entry.pendingSince()));
      item.put(DUE_AT, time(entry.dueAt()));
    }
    if (entry.outcome() != null) {
      item.putAll(outcome(entry.outcome()));
    }
    putIfAny(item, EXPIRES_AT, deletableAt == null ? null : number(deletableAt.getEpochSecond()));
    return item;
  }

  /// What an outcome adds to a row; the state is not among it.
  static Map<String, AttributeValue> outcome(Outcome outcome) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put(ENDED_AT, time(outcome.at()));
    switch (outcome) {
      case Outcome.Signed(byte[] signature, Instant _) -> item.put(SIGNATURE, bytes(signature));
      case Outcome.Generated(
              byte[] publicKey,
              byte[] birthAttestation,
              byte[] sealedKeySha256,
              Instant _) -> {
        item.put(PUBLIC_KEY, bytes(publicKey));
        item.put(BIRTH_ATTESTATION, bytes(birthAttestation));
        putIfAny(item, SEALED_KEY_SHA256, sealedKeySha256 == null ? null : bytes(sealedKeySha256));
      }
      case Outcome.Refused(ErrorCode code, String detail, Instant _) -> {
        item.put(CODE, text(code.code()));
        putIfAny(item, DETAIL, detail == null ? null : text(detail));
      }
      case Outcome.Failed(ErrorCode code, int attempts, Instant _) -> {
        item.put(CODE, text(code.code()));
        item.put(ATTEMPTS, number(attempts));
      }
      case Outcome.Expired _ -> {}
    }
    return item;
  }

  static LedgerEntry entry(Map<String, AttributeValue> item) {
    String id = text(item, ID);
    int slash = id.indexOf('/');
    RequestState state = RequestState.valueOf(text(item, STATE));
    RequestType type = readNullable(item, TYPE, l -> RequestType.of(l).orElseThrow());
    Algorithm algorithm = readNullable(item, ALG, l -> Algorithm.of(l).orElseThrow());
    String userId = textOrNull(item, USER_ID);
    int keyVersion = Math.toIntExact(number(item, KEY_VERSION));
    RequestContent content =
        state.finished() || type == null || userId == null || algorithm == null
            ? null
            : content(item, type, userId, algorithm, keyVersion);
    return new LedgerEntry(
        id.substring(0, slash),
        id.substring(slash + 1),
        bytes(item, DIGEST),
        type,
        userId,
        algorithm,
        keyVersion,
        state,
        time(item, ACCEPTED_AT),
        timeOrNull(item, DEADLINE_AT),
        Origin.valueOf(text(item, ASKED_BY)),
        textOrNull(item, TRACE_PARENT),
        ReplayTrailItem.read(item.get(REPLAY_TRAIL)),
        content,
        outcome(state, item),
        DeadLetterItem.read(item.get(DEAD_LETTER)),
        Math.toIntExact(number(item, REQUEUE_COUNT)),
        timeOrNull(item, QUEUED_AT),
        timeOrNull(item, DUE_AT));
  }

  /// A row of the pending index, as far as it is projected.
  static PendingRow pendingRow(Map<String, AttributeValue> item) {
    String id = text(item, ID);
    int slash = id.indexOf('/');
    return new PendingRow(
        id.substring(0, slash),
        id.substring(slash + 1),
        time(item, PENDING_SINCE),
        time(item, DUE_AT));
  }

  private static void content(Map<String, AttributeValue> item, RequestContent content) {
    putIfAny(item, MESSAGE, content.message() == null ? null : bytes(content.message()));
    putIfAny(item, MU, content.mu() == null ? null : bytes(content.mu()));
    putIfAny(item, CONTEXT, content.context().length == 0 ? null : bytes(content.context()));
    byte[] nonce = content.birthNonce();
    putIfAny(item, BIRTH_NONCE, nonce == null ? null : bytes(nonce));
  }

  private static RequestContent content(
      Map<String, AttributeValue> item,
      RequestType type,
      String userId,
      Algorithm algorithm,
      int keyVersion) {
    byte[] context = bytesOrNull(item, CONTEXT);
    return new RequestContent(
        type,
        userId,
        algorithm,
        keyVersion,
        bytesOrNull(item, MESSAGE),
        bytesOrNull(item, MU),
        context == null ? new byte[0] : context,
        bytesOrNull(item, BIRTH_NONCE));
  }

  private static @Nullable Outcome outcome(RequestState state, Map<String, AttributeValue> item) {
    return switch (state) {
      case ACCEPTED -> null;
      case SIGNED -> new Outcome.Signed(bytes(item, SIGNATURE), time(item, ENDED_AT));
      case GENERATED ->
          new Outcome.Generated(
              bytes(item, PUBLIC_KEY),
              bytes(item, BIRTH_ATTESTATION),
              bytesOrNull(item, SEALED_KEY_SHA256),
              time(item, ENDED_AT));
      case REFUSED ->
          new Outcome.Refused(code(item), textOrNull(item, DETAIL), time(item, ENDED_AT));
      case EXPIRED -> new Outcome.Expired(time(item, ENDED_AT));
      case FAILED -> new Outcome.Failed(code(item), attempts(item), time(item, ENDED_AT));
    };
  }

  /// Rows from before it was recorded have none.
  private static int attempts(Map<String, AttributeValue> item) {
    return item.containsKey(ATTEMPTS) ? Math.toIntExact(number(item, ATTEMPTS)) : 0;
  }

  private static ErrorCode code(Map<String, AttributeValue> item) {
    return ErrorCode.of(text(item, CODE)).orElseThrow();
  }

  private static <T> @Nullable T readNullable(
      Map<String, AttributeValue> item, String name, Function<String, T> read) {
    String label = textOrNull(item, name);
    return label == null ? null : read.apply(label);
  }

  static void putIfAny(
      Map<String, AttributeValue> item, String name, @Nullable AttributeValue value) {
    if (value != null) {
      item.put(name, value);
    }
  }

  /// The facts of a dead letter as a map.
  static final class DeadLetterItem {

    private DeadLetterItem() {}

    static AttributeValue of(DeadLetter letter) {
      Map<String, AttributeValue> map = new HashMap<>();
      map.put("partition", number(letter.partition()));
      map.put("offset", number(letter.offset()));
      map.put("attempts", number(letter.attempts()));
      putIfAny(map, "code", letter.code() == null ? null : text(letter.code()));
      putIfAny(map, "reason", letter.reason() == null ? null : text(letter.reason()));
      putIfAny(map, "first_seen", letter.firstSeen() == null ? null : time(letter.firstSeen()));
      putIfAny(map, "build", letter.build() == null ? null : text(letter.build()));
      return AttributeValue.fromM(map);
    }

    static @Nullable DeadLetter read(@Nullable AttributeValue value) {
      if (value == null) {
        return null;
      }
      Map<String, AttributeValue> map = value.m();
      return new DeadLetter(
          Math.toIntExact(number(map, "partition")),
          number(map, "offset"),
          textOrNull(map, "code"),
          textOrNull(map, "reason"),
          Math.toIntExact(number(map, "attempts")),
          timeOrNull(map, "first_seen"),
          textOrNull(map, "build"));
    }
  }
}
