package pqsigner.gateway.dynamodb;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Attribute values, written and read. Times are epoch milliseconds.
public final class Attributes {

  private Attributes() {}

  public static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  public static AttributeValue bytes(byte[] value) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(value));
  }

  public static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  public static AttributeValue time(Instant value) {
    return number(value.toEpochMilli());
  }

  public static String text(Map<String, AttributeValue> item, String name) {
    return present(item, name).s();
  }

  public static @Nullable String textOrNull(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? null : value.s();
  }

  public static byte[] bytes(Map<String, AttributeValue> item, String name) {
    return present(item, name).b().asByteArray();
  }

  public static byte @Nullable [] bytesOrNull(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? null : value.b().asByteArray();
  }

  public static long number(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(present(item, name).n());
  }

  public static boolean flag(Map<String, AttributeValue> item, String name) {
    return present(item, name).bool();
  }

  public static @Nullable Boolean flagOrNull(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? null : value.bool();
  }

  public static Instant time(Map<String, AttributeValue> item, String name) {
    return Instant.ofEpochMilli(number(item, name));
  }

  public static @Nullable Instant timeOrNull(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? time(item, name) : null;
  }

  private static AttributeValue present(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalStateException("a stored item lacks " + name);
    }
    return value;
  }
}
