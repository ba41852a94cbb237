package pqsigner.gateway.admission;

import static pqsigner.events.ErrorCode.INVALID_USER_ID;
import static pqsigner.events.ErrorCode.MALFORMED_REQUEST;
import static pqsigner.events.ErrorCode.MESSAGE_TOO_LARGE;
import static pqsigner.events.ErrorCode.UNKNOWN_FIELD;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;

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
import pqsigner.gateway.ledger.RequestType;

/// The field rules of the contract, each with its code.
///
/// A required field that is missing, or one whose type or encoding is wrong, is
/// `malformed_request`; one that is there and has a value the rule forbids gets the code of that
/// rule. A `user_id` is opaque: no normalisation, no folding, control characters allowed; the one
/// thing it must be is UTF-8, so a lone surrogate (`"\ud800"`) or an overlong byte sequence is
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
  public static CheckedCommand check(CommandFields fields, Supplier<String> mintRequestId) {
    String requestId = null;
    try {
      requestId = requestId(fields.requestId(), mintRequestId);
      RequestType type = requestType(fields.requestType());
      return new CheckedCommand.WellFormed(
          switch (type) {
            case KEY_GENERATION -> keyGeneration(requestId, fields);
            case SIGN -> sign(requestId, fields);
          });
    } catch (BrokenRule e) {
      return new CheckedCommand.Malformed(e.refusal, requestId);
    }
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

  private static WellFormedRequest keyGeneration(String requestId, CommandFields fields)
      throws BrokenRule {
    notForKeyGeneration("message", fields.message());
    notForKeyGeneration("mu", fields.mu());
    notForKeyGeneration("context", fields.context());
    Algorithm algorithm = algorithm(fields.alg());
    if (algorithm == null) {
      throw new BrokenRule(MALFORMED_REQUEST, "alg is required to generate a key");
    }
    String userId = readable("user_id", fields.userId(), INVALID_USER_ID).orElse("");
    if (!userId.isEmpty()) {
      requireUserId(userId);
    }
    Instant deadline = deadline(fields.deadline());
    return new WellFormedRequest(
        RequestType.KEY_GENERATION,
        requestId,
        userId,
        algorithm,
        null,
        null,
        new byte[0],
        deadline);
  }

  private static WellFormedRequest sign(String requestId, CommandFields fields) throws BrokenRule {
    Algorithm algorithm = algorithm(fields.alg());
    // Missing and empty are the same, as at key generation; here both select no key.
    String userId = readable("user_id", fields.userId(), INVALID_USER_ID).orElse("");
    requireUserId(userId);
    byte[] message = readable("message", fields.message(), MALFORMED_REQUEST).orElse(null);
    byte[] mu = readable("mu", fields.mu(), MALFORMED_REQUEST).orElse(null);
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
    byte[] context = context(fields.context(), mu != null);
    Instant deadline = deadline(fields.deadline());
    return new WellFormedRequest(
        RequestType.SIGN, requestId, userId, algorithm, message, mu, context, deadline);
  }

  private static String requestId(Field<String> field, Supplier<String> mint) throws BrokenRule {
    Optional<String> given = readable("request_id", field, MALFORMED_REQUEST);
    if (given.isPresent() && !isRequestId(given.get())) {
      throw new BrokenRule(
          MALFORMED_REQUEST,
          "request_id is 1 to " + REQUEST_ID_CHARACTERS_MAX + " visible ASCII characters");
    }
    return given.orElseGet(mint);
  }

  private static RequestType requestType(Field<String> field) throws BrokenRule {
    String label =
        readable("request_type", field, MALFORMED_REQUEST)
            .orElseThrow(() -> new BrokenRule(MALFORMED_REQUEST, "request_type is required"));
    return RequestType.of(label)
        .orElseThrow(
            () -> new BrokenRule(MALFORMED_REQUEST, "request_type is key_generation or sign"));
  }

  private static @Nullable Algorithm algorithm(Field<String> field) throws BrokenRule {
    Optional<String> label = readable("alg", field, MALFORMED_REQUEST);
    if (label.isEmpty()) {
      return null;
    }
    return Algorithm.of(label.get())
        .orElseThrow(
            () ->
                new BrokenRule(UNSUPPORTED_ALGORITHM, "alg is ML-DSA-44, ML-DSA-65 or ML-DSA-87"));
  }

  /// External mu already contains the context (FIPS 204, section 6.2), so a context beside it would
  /// be ignored by the signer; refusing it is honest.
  private static byte[] context(Field<byte[]> field, boolean besideMu) throws BrokenRule {
    byte[] context = readable("context", field, MALFORMED_REQUEST).orElse(new byte[0]);
    if (context.length > CONTEXT_BYTES_MAX) {
      throw new BrokenRule(MALFORMED_REQUEST, "context is at most " + CONTEXT_BYTES_MAX + " bytes");
    }
    if (besideMu && context.length > 0) {
      throw new BrokenRule(MALFORMED_REQUEST, "mu already contains the context; send only mu");
    }
    return context;
  }

  private static @Nullable Instant deadline(Field<String> field) throws BrokenRule {
    Optional<String> text = readable("deadline", field, MALFORMED_REQUEST);
    if (text.isEmpty()) {
      return null;
    }
    return Rfc3339.parse(text.get())
        .orElseThrow(
            () ->
                new BrokenRule(
                    MALFORMED_REQUEST,
                    "deadline is an RFC 3339 time with offset, as 2030-01-31T12:00:00Z"));
  }

  private static void requireUserId(String userId) throws BrokenRule {
    if (!isUserId(userId)) {
      throw new BrokenRule(
          INVALID_USER_ID, "user_id is 1 to " + USER_ID_BYTES_MAX + " bytes of UTF-8");
    }
  }

  private static void notForKeyGeneration(String name, Field<?> field) throws BrokenRule {
    if (!field.isAbsent()) {
      throw new BrokenRule(UNKNOWN_FIELD, name + " is not a field of key_generation");
    }
  }

  private static <T> Optional<T> readable(String name, Field<T> field, ErrorCode ifNot)
      throws BrokenRule {
    return switch (field) {
      case Field.Absent<T>() -> Optional.empty();
      case Field.Given<T>(T value) -> Optional.of(value);
      case Field.Unreadable<T>(String reason) -> throw new BrokenRule(ifNot, name + ": " + reason);
    };
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
