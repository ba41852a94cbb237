package pqsigner.events.poll;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;

/// The bytes of a key or a value, unless they or the headers are more than any topic of ours
/// allows: then neither is kept, so that a poll of such records costs the memory of one.
public final class BoundedBytes implements Deserializer<byte[]> {

  public static final int MAX = Topics.DEAD_LETTER_BYTES_MAX;

  /// Told from an honest empty array by its identity.
  private static final byte[] TOO_LARGE = new byte[0];

  /// Whether key, value or headers are missing because there were too many bytes.
  @SuppressWarnings("ReferenceEquality") // an honest empty array is another one
  public static boolean isTooLarge(ConsumerRecord<byte[], byte @Nullable []> record) {
    return record.key() == TOO_LARGE || record.value() == TOO_LARGE;
  }

  @Override
  public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
    return data == null || data.length <= MAX ? data : TOO_LARGE;
  }

  /// The only one that a consumer calls.
  @Override
  public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
    if (data == null) {
      return null;
    }
    if (data.remaining() > MAX || bytes(headers) > MAX) {
      // Each of them holds on to the whole record.
      for (Header header : headers.toArray()) {
        headers.remove(header.key());
      }
      return TOO_LARGE;
    }
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return bytes;
  }

  private static long bytes(Headers headers) {
    long bytes = 0;
    for (Header header : headers) {
      byte[] value = header.value();
      bytes += header.key().length() + (value == null ? 0 : value.length);
    }
    return bytes;
  }
}
