package pqsigner.gateway.admission;

import static pqsigner.events.ErrorCode.INVALID_USER_ID;
import static pqsigner.events.ErrorCode.MALFORMED_REQUEST;
import static pqsigner.events.ErrorCode.MESSAGE_TOO_LARGE;
import static pqsigner.events.ErrorCode.UNKNOWN_FIELD;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.CONTEXT;
import static pqsigner.gateway.admission.CommandField.DEADLINE;
import static pqsigner.gateway.admission.CommandField.KEY_VERSION;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.MU;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.REQUEST_TYPE;
import static pqsigner.gateway.admission.CommandField.USER_ID;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestType;

/// The field rules of the contract, each with its code.
///
/// A required field that is missing, or one whose type or encoding is wrong, is
/// `malformed_request`; one with a value that its rule forbids gets the code of that rule. A
/// `user_id` is opaque: no normalisation, no folding, control characters allowed; the one thing it
/// must be is UTF-8, so a lone surrogate (`"\ud800"`) or an overlong byte sequence is
/// `invalid_user_id`.
public final class CommandRules {

  public static final int USER_ID_BYTES_MAX = 256;
  public static final int REQUEST_ID_CHARACTERS_MAX = 128;
  public static final int MESSAGE_BYTES_MAX = 65_536;
  public static final int CONTEXT_BYTES_MAX = 255;
  public static final int MU_BYTES = 64;

  private CommandRules() {}

  /// Applies every rule in the order of the contract's table; the first broken one is the answer.
  ///
  /// @param mintRequestId asked only if the command has no request_id
  public static CheckedCommand check(
      Requester requester, CommandFields fields, Supplier<String> mintRequestId, Instant now) {
    if (fields.fault() != null) {
      return new CheckedCommand.Malformed(fields.fault(), requestIdOf(fields).orElse(null));
    }
    String requestId = null;
    try {
      requestId = requestId(fields, mintRequestId);
      return new CheckedCommand.WellFormed(request(requester, requestId, fields, now));
    } catch (BrokenRule e) {
      return new CheckedCommand.Malformed(e.refusal, requestId);
    }
  }

  private static Request request(
      Requester requester, String requestId, CommandFields fields, Instant now) throws BrokenRule {
    RequestType type = requestType(fields);
    if (type.makesKey()) {
      refuseAny(type, fields, MESSAGE, MU, CONTEXT, KEY_VERSION);
    }
    boolean firstVersion = type == RequestType.KEY_GENERATION;
    Algorithm algorithm = algorithm(fields);
    if (firstVersion && algorithm == null) {
      throw new BrokenRule(MALFORMED_REQUEST, "alg is required to generate a key");
    }
    String userId = userId(fields, firstVersion);
    int keyVersion = keyVersion(fields);
    RequestContent content = type.makesKey() ? RequestContent.toGenerate(null) : toSign(fields);
    return new Request(
        new RequestKey(requester.custodian(), requestId),
        content.digest(type, userId, algorithm, keyVersion),
        type,
        userId,
        algorithm,
        keyVersion,
        0,
        content,
        deadline(fields),
        requester.origin(),
        requester.traceparent(),
        now);
  }

  /// What can be told of a command that breaks a rule, so that its refusal can be recorded.
  ///
  /// @param digest of its bytes, because there is no request to take one of
  public static Request malformed(
      Requester requester, String requestId, CommandFields fields, byte[] digest, Instant now) {
    return new Request(
        new RequestKey(requester.custodian(), requestId),
        digest,
        fields.text(REQUEST_TYPE).flatMap(RequestType::of).orElse(null),
        fields.text(USER_ID).filter(CommandRules::isUserId).orElse(null),
        fields.text(ALG).flatMap(Algorithm::of).orElse(null),
        0,
        0,
        null,
        null,
        requester.origin(),
        requester.traceparent(),
        now);
  }

  /// The id that a refusal is addressed to, if the command has a valid one.
  public static Optional<String> requestIdOf(CommandFields fields) {
    return fields.text(REQUEST_ID).filter(CommandRules::isRequestId);
  }

  /// Whether this can be a request_id: 1 to 128 visible ASCII characters.
  public static boolean isRequestId(String text) {
    return !text.isEmpty()
        && text.length() <= REQUEST_ID_CHARACTERS_MAX
        && text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
  }

  /// Whether this can be a user_id: 1 to 256 bytes of UTF-8.
  public static boolean isUserId(String text) {
    int bytes = utf8Length(text);
    return bytes >= 1 && bytes <= USER_ID_BYTES_MAX;
  }

  private static RequestContent toSign(CommandFields fields) throws BrokenRule {
    byte[] message = bytes(fields, MESSAGE);
    byte[] mu = bytes(fields, MU);
    if ((message == null) == (mu == null)) {
      throw new BrokenRule(MALFORMED_REQUEST, "exactly one of message and mu is required to sign");
    }
    if (message != null && message.length > MESSAGE_BYTES_MAX) {
      throw new BrokenRule(
          MESSAGE_TOO_LARGE, "message is at most " + MESSAGE_BYTES_MAX + " bytes; send mu instead");
    }
    if (mu != null && mu.length != MU_BYTES) {
      throw new BrokenRule(MALFORMED_REQUEST, "mu is exactly " + MU_BYTES + " bytes");
    }
    return RequestContent.toSign(message, mu, context(fields, mu != null));
  }

  private static String requestId(CommandFields fields, Supplier<String> mint) throws BrokenRule {
    Optional<String> given = text(fields, REQUEST_ID);
    if (given.isPresent() && !isRequestId(given.get())) {
      throw new BrokenRule(
          MALFORMED_REQUEST,
          "request_id is 1 to " + REQUEST_ID_CHARACTERS_MAX + " visible ASCII characters");
    }
    return given.orElseGet(mint);
  }

  private static RequestType requestType(CommandFields fields) throws BrokenRule {
    String label =
        text(fields, REQUEST_TYPE)
            .orElseThrow(() -> new BrokenRule(MALFORMED_REQUEST, "request_type is required"));
    return RequestType.of(label)
        .orElseThrow(
            () ->
                new BrokenRule(
                    MALFORMED_REQUEST,
                    "request_type must be key_generation, key_rotation or sign"));
  }

  private static @Nullable Algorithm algorithm(CommandFields fields) throws BrokenRule {
    Optional<String> label = text(fields, ALG);
    if (label.isEmpty()) {
      return null;
    }
    return Algorithm.of(label.get())
        .orElseThrow(
            () ->
                new BrokenRule(
                    UNSUPPORTED_ALGORITHM, "alg must be ML-DSA-44, ML-DSA-65 or ML-DSA-87"));
  }

  /// Missing and empty are the same: one to be minted, where that may be, and otherwise invalid.
  private static @Nullable String userId(CommandFields fields, boolean mayBeMinted)
      throws BrokenRule {
    String userId = text(fields, USER_ID).orElse("");
    if (userId.isEmpty() && mayBeMinted) {
      return null;
    }
    if (!isUserId(userId)) {
      throw new BrokenRule(
          INVALID_USER_ID, "user_id must be 1 to " + USER_ID_BYTES_MAX + " bytes of UTF-8");
    }
    return userId;
  }

  /// 0 if none is asked for.
  private static int keyVersion(CommandFields fields) throws BrokenRule {
    requireReadable(fields, KEY_VERSION);
    if (!(fields.value(KEY_VERSION) instanceof Value.WholeNumber(long version))) {
      return 0;
    }
    if (version < 1 || version > Integer.MAX_VALUE) {
      throw new BrokenRule(MALFORMED_REQUEST, "key_version must be 1 to " + Integer.MAX_VALUE);
    }
    return (int) version;
  }

  /// External mu already contains the context (FIPS 204, section 6.2), so a context beside it would
  /// be ignored by the signer; refusing it is honest.
  private static byte[] context(CommandFields fields, boolean besideMu) throws BrokenRule {
    byte[] given = bytes(fields, CONTEXT);
    byte[] context = given == null ? new byte[0] : given;
    if (context.length > CONTEXT_BYTES_MAX) {
      throw new BrokenRule(MALFORMED_REQUEST, "context is at most " + CONTEXT_BYTES_MAX + " bytes");
    }
    if (besideMu && context.length > 0) {
      throw new BrokenRule(MALFORMED_REQUEST, "mu already contains the context; send only mu");
    }
    return context;
  }

  private static @Nullable Instant deadline(CommandFields fields) throws BrokenRule {
    Optional<String> text = text(fields, DEADLINE);
    if (text.isEmpty()) {
      return null;
    }
    return Rfc3339.parse(text.get())
        .orElseThrow(
            () ->
                new BrokenRule(
                    MALFORMED_REQUEST,
                    "deadline must be an RFC 3339 time with offset, such as 2030-01-31T12:00:00Z"));
  }

  private static void refuseAny(RequestType type, CommandFields fields, CommandField... names)
      throws BrokenRule {
    for (CommandField name : names) {
      if (fields.has(name)) {
        throw new BrokenRule(UNKNOWN_FIELD, name.label() + " is not a field of " + type.label());
      }
    }
  }

  private static Optional<String> text(CommandFields fields, CommandField name) throws BrokenRule {
    requireReadable(fields, name);
    return fields.text(name);
  }

  private static byte @Nullable [] bytes(CommandFields fields, CommandField name)
      throws BrokenRule {
    requireReadable(fields, name);
    return fields.value(name) instanceof Value.Bytes(byte[] bytes) ? bytes : null;
  }

  private static void requireReadable(CommandFields fields, CommandField name) throws BrokenRule {
    if (fields.value(name) instanceof Value.Unreadable(String reason)) {
      throw new BrokenRule(
          name == USER_ID ? INVALID_USER_ID : MALFORMED_REQUEST, name.label() + ": " + reason);
    }
  }

  /// Length in UTF-8, or -1 if the text has no UTF-8 form (lone surrogates).
  private static int utf8Length(String text) {
    try {
      return StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .encode(CharBuffer.wrap(text))
          .remaining();
    } catch (CharacterCodingException e) {
      return -1;
    }
  }

  /// Leaves the rules from any depth; never leaves this class.
  private static final class BrokenRule extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    BrokenRule(ErrorCode code, String detail) {
      super(detail, null, false, false);
      this.refusal = new Refusal(code, detail);
    }
  }
}
