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
import pqsigner.gateway.ledger.Progress;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;
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
  static final String KEY_EPOCH = "key_epoch";
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

  /// What goes when the request finishes.
  static final String[] CONTENT_ATTRIBUTES = {MESSAGE, MU, CONTEXT, BIRTH_NONCE};

  /// What goes when no sweeper needs to look any more.
  static final String[] PENDING_ATTRIBUTES = {PENDING_SHARD, PENDING_SINCE, DUE_AT};

  /// Eight partitions of an index take about 8,000 writes a second; a sweep asks each in turn.
  static final int SHARDS = 8;

  private RequestItem() {}

  /// A custodian's name has no slash.
  static String id(RequestKey key) {
    return key.custodian() + "/" + key.requestId();
  }

  static Map<String, AttributeValue> key(RequestKey key) {
    return Map.of(ID, text(id(key)));
  }

  static String shard(RequestKey key) {
    return Integer.toString(Math.floorMod(id(key).hashCode(), SHARDS));
  }

  /// A whole new item: the row as [pqsigner.gateway.ledger.LedgerTransitions] made it.
  static Map<String, AttributeValue> of(LedgerEntry entry, @Nullable Instant deletableAt) {
    Map<String, AttributeValue> item = new HashMap<>(key(entry.key()));
    request(item, entry.request());
    Progress progress = entry.progress();
    item.put(STATE, text(entry.state().name()));
    item.put(REQUEUE_COUNT, number(progress.requeues()));
    putTime(item, QUEUED_AT, progress.queuedAt());
    if (progress.dueAt() != null) {
      item.put(PENDING_SHARD, text(shard(entry.key())));
      putTime(item, PENDING_SINCE, entry.pendingSince());
      putTime(item, DUE_AT, progress.dueAt());
    }
    if (progress.outcome() != null) {
      item.putAll(outcome(progress.outcome()));
    }
    if (deletableAt != null) {
      item.put(EXPIRES_AT, number(deletableAt.getEpochSecond()));
    }
    return item;
  }

  private static void request(Map<String, AttributeValue> item, Request request) {
    item.put(DIGEST, bytes(request.digest()));
    putText(item, TYPE, request.type() == null ? null : request.type().label());
    putText(item, USER_ID, request.userId());
    putText(item, ALG, request.algorithm() == null ? null : request.algorithm().label());
    item.put(KEY_VERSION, number(request.keyVersion()));
    if (request.keyEpoch() != 0) {
      item.put(KEY_EPOCH, number(request.keyEpoch()));
    }
    putTime(item, ACCEPTED_AT, request.acceptedAt());
    putTime(item, DEADLINE_AT, request.deadline());
    putText(item, ASKED_BY, request.origin().name());
    putText(item, TRACE_PARENT, request.traceparent());
    RequestContent content = request.content();
    if (content != null) {
      putBytes(item, MESSAGE, content.message());
      putBytes(item, MU, content.mu());
      putBytes(item, CONTEXT, content.context().length == 0 ? null : content.context());
      putBytes(item, BIRTH_NONCE, content.birthNonce());
    }
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
        putBytes(item, SEALED_KEY_SHA256, sealedKeySha256);
      }
      case Outcome.Refused(ErrorCode code, String detail, Instant _) -> {
        item.put(CODE, text(code.code()));
        putText(item, DETAIL, detail);
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
    RequestState state = RequestState.valueOf(text(item, STATE));
    Request request =
        new Request(
            requestKey(item),
            bytes(item, DIGEST),
            readNullable(item, TYPE, l -> RequestType.of(l).orElseThrow()),
            textOrNull(item, USER_ID),
            readNullable(item, ALG, l -> Algorithm.of(l).orElseThrow()),
            Math.toIntExact(number(item, KEY_VERSION)),
            intOrZero(item, KEY_EPOCH),
            state.finished() ? null : content(item),
            timeOrNull(item, DEADLINE_AT),
            Origin.valueOf(text(item, ASKED_BY)),
            textOrNull(item, TRACE_PARENT),
            time(item, ACCEPTED_AT));
    Progress progress =
        new Progress(
            ReplayTrailItem.read(item.get(REPLAY_TRAIL)),
            outcome(state, item),
            DeadLetterItem.read(item.get(DEAD_LETTER)),
            Math.toIntExact(number(item, REQUEUE_COUNT)),
            timeOrNull(item, QUEUED_AT),
            timeOrNull(item, DUE_AT));
    return new LedgerEntry(request, progress);
  }

  private static RequestKey requestKey(Map<String, AttributeValue> item) {
    String id = text(item, ID);
    int slash = id.indexOf('/');
    return new RequestKey(id.substring(0, slash), id.substring(slash + 1));
  }

  /// A row of the pending index, as far as it is projected.
  static PendingRow pendingRow(Map<String, AttributeValue> item) {
    return new PendingRow(requestKey(item), time(item, PENDING_SINCE), time(item, DUE_AT));
  }

  private static RequestContent content(Map<String, AttributeValue> item) {
    byte[] context = bytesOrNull(item, CONTEXT);
    return new RequestContent(
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
      case FAILED ->
          new Outcome.Failed(code(item), intOrZero(item, ATTEMPTS), time(item, ENDED_AT));
    };
  }

  /// Rows from before it was recorded have none.
  private static int intOrZero(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? Math.toIntExact(number(item, name)) : 0;
  }

  private static ErrorCode code(Map<String, AttributeValue> item) {
    return ErrorCode.of(text(item, CODE)).orElseThrow();
  }

  private static <T> @Nullable T readNullable(
      Map<String, AttributeValue> item, String name, Function<String, T> read) {
    String label = textOrNull(item, name);
    return label == null ? null : read.apply(label);
  }

  static void putText(Map<String, AttributeValue> item, String name, @Nullable String value) {
    if (value != null) {
      item.put(name, text(value));
    }
  }

  static void putTime(Map<String, AttributeValue> item, String name, @Nullable Instant value) {
    if (value != null) {
      item.put(name, time(value));
    }
  }

  private static void putBytes(
      Map<String, AttributeValue> item, String name, byte @Nullable [] value) {
    if (value != null) {
      item.put(name, bytes(value));
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
      putText(map, "code", letter.code());
      putText(map, "reason", letter.reason());
      putTime(map, "first_seen", letter.firstSeen());
      putText(map, "build", letter.build());
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
