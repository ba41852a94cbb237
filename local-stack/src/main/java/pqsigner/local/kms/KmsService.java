package pqsigner.local.kms;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Decides each call: from a request as it came over TLS to the answer's JSON or an error.
final class KmsService {

  private static final String TARGET_PREFIX = "TrentService.";
  private static final int DATA_KEY_BYTES = 32;
  private static final int CIPHERTEXT_BYTES_MAX = 6144;
  private static final int DOCUMENT_BYTES_MAX = 262_144;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final JsonMapper JSON = new JsonMapper();

  private final String keyArn;
  private final SigV4Verifier signatures;
  private final Attestations attestations;
  private final CiphertextBlobs blobs;
  private volatile KeyPolicy policy;
  private volatile Faults faults = Faults.NONE;
  private final ConcurrentMap<String, ConcurrentMap<String, LongAdder>> counts =
      new ConcurrentHashMap<>();

  KmsService(
      String keyArn,
      KeyPolicy policy,
      SigV4Verifier signatures,
      Attestations attestations,
      CiphertextBlobs blobs) {
    this.keyArn = keyArn;
    this.policy = policy;
    this.signatures = signatures;
    this.attestations = attestations;
    this.blobs = blobs;
  }

  synchronized KeyPolicy change(UnaryOperator<KeyPolicy> change) {
    policy = change.apply(policy);
    return policy;
  }

  Faults faults() {
    return faults;
  }

  synchronized void fail(Faults wanted) {
    faults = wanted;
  }

  CallCounts counts() {
    Map<String, Map<String, Long>> now = new HashMap<>();
    counts.forEach(
        (operation, outcomes) -> {
          Map<String, Long> each = new HashMap<>();
          outcomes.forEach((outcome, count) -> each.put(outcome, count.sum()));
          now.put(operation, each);
        });
    return new CallCounts(now);
  }

  /// The answer's JSON. Every call is counted once, under what it asked for and how that ended.
  byte[] handle(SignedRequest request) throws KmsError {
    String operation = operation(request);
    try {
      byte[] answer = answer(operation, request);
      count(operation, CallCounts.OK);
      return answer;
    } catch (KmsError e) {
      count(operation, e.type().wireName());
      throw e;
    }
  }

  private byte[] answer(String operation, SignedRequest request) throws KmsError {
    if (faults.outage() != Faults.Outage.NONE) {
      throw new KmsError(KmsError.Type.SERVICE_UNAVAILABLE, "");
    }
    String refusal = faults.refusal();
    if (refusal != null) {
      throw new KmsError(KmsError.Type.named(refusal), "The call is refused on purpose.");
    }
    if (!request.method().equals("POST")
        || !request.path().equals("/")
        || !request.query().isEmpty()) {
      throw new KmsError(KmsError.Type.UNKNOWN_OPERATION, "");
    }
    Identity caller = signatures.verify(request);
    JsonNode body = parse(request.body());
    Map<String, String> context = context(body);
    if (!policy.namesPrincipal(caller) || deniesUser(context)) {
      throw denied(operation, caller);
    }
    throttle(context);
    return switch (operation) {
      case "GenerateDataKey" -> generateDataKey(operation, caller, body, context);
      case "Decrypt" -> decrypt(operation, caller, body, context);
      default -> throw new KmsError(KmsError.Type.UNKNOWN_OPERATION, "");
    };
  }

  private byte[] generateDataKey(
      String operation, Identity caller, JsonNode body, Map<String, String> context)
      throws KmsError {
    if (!keyArn.equals(text(body, "KeyId"))) {
      throw new KmsError(KmsError.Type.NOT_FOUND, "Key does not exist.");
    }
    if (!"AES_256".equals(text(body, "KeySpec"))) {
      throw new KmsError(KmsError.Type.VALIDATION, "Only KeySpec AES_256 is offered here.");
    }
    Attestations.Recipient recipient = recipient(operation, caller, body, context);
    byte[] dataKey = new byte[DATA_KEY_BYTES];
    RANDOM.nextBytes(dataKey);
    try {
      Map<String, String> answer = released(dataKey, recipient);
      answer.put("CiphertextBlob", base64(blobs.seal(dataKey, context)));
      return JSON.writeValueAsBytes(answer);
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private byte[] decrypt(
      String operation, Identity caller, JsonNode body, Map<String, String> context)
      throws KmsError {
    String keyId = text(body, "KeyId");
    if (keyId != null && !keyArn.equals(keyId)) {
      throw new KmsError(KmsError.Type.INCORRECT_KEY, "");
    }
    byte[] blob = bytes(body, "CiphertextBlob", CIPHERTEXT_BYTES_MAX);
    Attestations.Recipient recipient = recipient(operation, caller, body, context);
    byte[] dataKey = blobs.open(blob, context);
    try {
      Map<String, String> answer = released(dataKey, recipient);
      answer.put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
      return JSON.writeValueAsBytes(answer);
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private Map<String, String> released(byte[] dataKey, Attestations.Recipient recipient) {
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("KeyId", keyArn);
    answer.put(
        "CiphertextForRecipient",
        base64(RecipientCms.seal(dataKey, recipient.key(), RecipientCms.Content.CONSTRUCTED)));
    return answer;
  }

  /// Whoever the policy admits, by document and context.
  private Attestations.Recipient recipient(
      String operation, Identity caller, JsonNode body, Map<String, String> context)
      throws KmsError {
    JsonNode given = body.path("Recipient");
    if (!given.isObject()) {
      throw denied(operation, caller);
    }
    if (!"RSAES_OAEP_SHA_256".equals(text(given, "KeyEncryptionAlgorithm"))) {
      throw new KmsError(KmsError.Type.VALIDATION, "Unknown KeyEncryptionAlgorithm.");
    }
    Attestations.Recipient recipient =
        attestations.verify(bytes(given, "AttestationDocument", DOCUMENT_BYTES_MAX));
    KeyPolicy current = policy;
    if (!current.admits(recipient.document()) || !current.admits(context)) {
      throw denied(operation, caller);
    }
    return recipient;
  }

  private boolean deniesUser(Map<String, String> context) {
    String user = context.get("user_id");
    return user != null && faults.deniedUsers().contains(user);
  }

  private void throttle(Map<String, String> context) throws KmsError {
    String user = context.get("user_id");
    if (throttledByCount() || (user != null && faults.throttledUsers().contains(user))) {
      throw new KmsError(KmsError.Type.THROTTLING, "The request was denied: too many calls.");
    }
  }

  private synchronized boolean throttledByCount() {
    int left = faults.throttleNext();
    if (left > 0) {
      faults = faults.withThrottleNext(left - 1);
    }
    return left > 0;
  }

  private void count(String operation, String outcome) {
    counts
        .computeIfAbsent(operation, o -> new ConcurrentHashMap<>())
        .computeIfAbsent(outcome, o -> new LongAdder())
        .increment();
  }

  /// Bounds the names that are counted.
  private static String operation(SignedRequest request) {
    String target = request.header("x-amz-target").orElse("");
    return switch (target) {
      case TARGET_PREFIX + "GenerateDataKey", TARGET_PREFIX + "Decrypt" ->
          target.substring(TARGET_PREFIX.length());
      default -> "other";
    };
  }

  private KmsError denied(String operation, Identity caller) {
    return new KmsError(
        KmsError.Type.ACCESS_DENIED,
        "User: %s is not authorized to perform: kms:%s on resource: %s because no resource-based policy allows the kms:%s action"
            .formatted(caller.principal(), operation, keyArn, operation));
  }

  private static JsonNode parse(byte[] body) throws KmsError {
    try {
      JsonNode node = JSON.readTree(body);
      if (node.isObject()) {
        return node;
      }
    } catch (JacksonException e) {
      // Not JSON: answered below.
    }
    throw new KmsError(KmsError.Type.SERIALIZATION, "The body is not a JSON object.");
  }

  private static Map<String, String> context(JsonNode body) throws KmsError {
    Map<String, String> context = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : body.path("EncryptionContext").properties()) {
      if (!entry.getValue().isString()) {
        throw new KmsError(KmsError.Type.SERIALIZATION, "EncryptionContext maps text to text.");
      }
      context.put(entry.getKey(), entry.getValue().stringValue());
    }
    return context;
  }

  private static @Nullable String text(JsonNode body, String field) {
    JsonNode value = body.path(field);
    return value.isString() ? value.stringValue() : null;
  }

  private static byte[] bytes(JsonNode body, String field, int bytesMax) throws KmsError {
    String text = text(body, field);
    try {
      byte[] bytes = Base64.getDecoder().decode(text == null ? "" : text);
      if (bytes.length >= 1 && bytes.length <= bytesMax) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Not base64: answered below.
    }
    throw new KmsError(KmsError.Type.VALIDATION, field + " must have 1 to " + bytesMax + " bytes.");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
