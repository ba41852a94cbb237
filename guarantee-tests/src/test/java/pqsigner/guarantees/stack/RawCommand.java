package pqsigner.guarantees.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/// A command whose text fields are bytes, so that they need not be UTF-8.
public final class RawCommand {

  /// In the order of the schema.
  public enum Field {
    REQUEST_TYPE,
    REQUEST_ID,
    USER_ID,
    ALG,
    MESSAGE,
    MU,
    CONTEXT,
    DEADLINE,
    /// An int, as Avro writes it.
    KEY_VERSION
  }

  private final Map<Field, byte[]> fields = new EnumMap<>(Field.class);

  private RawCommand() {}

  public static RawCommand of(String requestType) {
    return new RawCommand().with(Field.REQUEST_TYPE, requestType);
  }

  public static RawCommand sign(String userId, byte[] message) {
    return of("sign").with(Field.USER_ID, userId).with(Field.MESSAGE, message);
  }

  public RawCommand with(Field field, String text) {
    return with(field, text.getBytes(UTF_8));
  }

  public RawCommand with(Field field, byte[] bytes) {
    RawCommand copy = new RawCommand();
    copy.fields.putAll(fields);
    copy.fields.put(field, bytes);
    return copy;
  }

  /// With the user_id `to` where it was `from`.
  public RawCommand naming(String from, String to) {
    return Arrays.equals(fields.get(Field.USER_ID), from.getBytes(UTF_8))
        ? with(Field.USER_ID, to)
        : this;
  }

  /// In the Confluent wire format.
  public byte[] frame(int schemaId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(4).putInt(schemaId).array());
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      for (Field field : Field.values()) {
        byte[] bytes = fields.get(field);
        if (field == Field.REQUEST_TYPE) {
          encoder.writeBytes(bytes == null ? new byte[0] : bytes);
        } else if (bytes == null) {
          encoder.writeIndex(0);
        } else {
          encoder.writeIndex(1);
          if (field == Field.KEY_VERSION) {
            encoder.writeFixed(bytes);
          } else {
            encoder.writeBytes(bytes); // a string has the same encoding
          }
        }
      }
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
