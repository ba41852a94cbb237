package pqsigner.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// What the worker asks of the enclave.
public sealed interface Request {

  /// Concerns the enclave itself.
  sealed interface Control extends Request permits Status, Credentials {}

  /// Makes or uses a key; each of its answers is an [Answer.ToJob].
  sealed interface Job extends Request permits GenerateKey, Sign {}

  /// The type byte of the frame.
  int type();

  /// The ids that its answers bear: that of its frame, or those of its items.
  default LongStream answerIds(long frameId) {
    return LongStream.of(frameId);
  }

  /// Who are you and can you work? Answered by [Answer.Status] in every phase.
  record Status() implements Control {
    @Override
    public int type() {
      return 1;
    }
  }

  /// Temporary AWS credentials of the Nitro host's role, pushed before the old ones expire;
  /// answered by [Answer.Accepted] once KMS has taken them, or by [Answer.Refused] with what KMS
  /// has against them, and then those before stay in use. They confer nothing that the key policy
  /// does not gate by attestation.
  ///
  /// @param expiresAtEpochMs end of validity; 0 when they do not expire (tests)
  record Credentials(
      byte[] accessKeyId, byte[] secretAccessKey, byte[] sessionToken, long expiresAtEpochMs)
      implements Control {
    @Override
    public int type() {
      return 2;
    }

    /// Never the secrets.
    @Override
    public String toString() {
      return "Credentials[expiresAtEpochMs=" + expiresAtEpochMs + "]";
    }
  }

  /// Make a key; answered by [Answer.KeyGenerated] or [Answer.Refused].
  ///
  /// @param requestId whose key it is to be, 1 to 128 bytes; the birth attestation binds it
  /// @param nonce the gateway's, 32 bytes; the birth attestation shows it
  /// @param deadlineEpochMs not after this time; 0 when there is none
  record GenerateKey(KeyIdentity identity, String requestId, byte[] nonce, long deadlineEpochMs)
      implements Job {
    public GenerateKey {
      KeyIdentity.require(requestId, 1, Limits.REQUEST_ID_BYTES_MAX, "requestId");
      if (nonce.length != Limits.BIRTH_NONCE_BYTES) {
        throw new IllegalArgumentException("nonce is not " + Limits.BIRTH_NONCE_BYTES + " bytes");
      }
    }

    static GenerateKey read(BodyReader in) throws ProtocolException {
      try {
        return new GenerateKey(
            KeyIdentity.read(in),
            in.text(Limits.REQUEST_ID_BYTES_MAX),
            in.bytes(Limits.BIRTH_NONCE_BYTES),
            in.i64());
      } catch (IllegalArgumentException e) {
        throw new ProtocolException(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public int type() {
      return 3;
    }
  }

  /// Sign each item under one key with one unwrap. Every item is answered on its own, under its own
  /// correlation id, by [Answer.Signed] or [Answer.Refused]; the frame's own id gets no answer.
  record Sign(KeyRecord key, List<SignItem> items) implements Job {
    @Override
    public int type() {
      return 4;
    }

    @Override
    public LongStream answerIds(long frameId) {
      return items.stream().mapToLong(SignItem::correlationId);
    }
  }

  /// One message to sign.
  ///
  /// @param correlationId unique among what is unanswered on the connection
  /// @param mode whether `content` is the message or the 64-byte external mu
  /// @param context FIPS 204 context string, empty by default; must be empty with mu
  /// @param deadlineEpochMs not after this time; 0 when there is none
  record SignItem(
      long correlationId, Mode mode, byte[] content, byte[] context, long deadlineEpochMs) {

    static SignItem read(BodyReader in) throws ProtocolException {
      long id = in.i64();
      Mode mode = in.code(Mode.values());
      return new SignItem(
          id,
          mode,
          in.bytes(Limits.MESSAGE_BYTES_MAX),
          in.bytes(Limits.CONTEXT_BYTES_MAX),
          in.i64());
    }

    void write(BodyWriter out) {
      out.i64(correlationId).u8(mode.wire()).bytes(content).bytes(context).i64(deadlineEpochMs);
    }

    /// Bytes this item takes in a frame.
    public int encodedBytes() {
      return 8 + 1 + 4 + content.length + 4 + context.length + 8;
    }
  }

  /// How `content` is to be read.
  enum Mode implements WireCode {
    MESSAGE(0),
    EXTERNAL_MU(1);

    private final int wire;

    Mode(int wire) {
      this.wire = wire;
    }

    @Override
    public int wire() {
      return wire;
    }
  }

  /// @throws ProtocolException when the body is not exactly one request of this type
  static Request decode(int type, byte[] body) throws ProtocolException {
    BodyReader in = new BodyReader(body);
    Request request =
        switch (type) {
          case 1 -> new Status();
          case 2 ->
              new Credentials(
                  in.bytes(Limits.CREDENTIAL_BYTES_MAX),
                  in.bytes(Limits.CREDENTIAL_BYTES_MAX),
                  in.bytes(Limits.CREDENTIAL_BYTES_MAX),
                  in.i64());
          case 3 -> GenerateKey.read(in);
          case 4 -> sign(in);
          default -> throw new ProtocolException("unknown request type " + type);
        };
    in.end();
    return request;
  }

  private static Sign sign(BodyReader in) throws ProtocolException {
    KeyRecord key = KeyRecord.read(in);
    int count = in.u16();
    if (count < 1 || count > Limits.SIGN_ITEMS_MAX) {
      throw new ProtocolException("1 to " + Limits.SIGN_ITEMS_MAX + " items");
    }
    List<SignItem> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(SignItem.read(in));
    }
    return new Sign(key, List.copyOf(items));
  }

  default byte[] encode() {
    BodyWriter out = new BodyWriter();
    switch (this) {
      case Status() -> {}
      case Credentials(var id, var secret, var token, var expires) ->
          out.bytes(id).bytes(secret).bytes(token).i64(expires);
      case GenerateKey(var identity, var requestId, var nonce, var deadline) -> {
        identity.write(out);
        out.text(requestId).bytes(nonce).i64(deadline);
      }
      case Sign(var key, var items) -> {
        key.write(out);
        out.u16(items.size());
        items.forEach(item -> item.write(out));
      }
    }
    return out.body();
  }
}
