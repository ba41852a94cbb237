package pqsigner.gateway.keys.http;

import java.util.Optional;
import pqsigner.gateway.keys.KeyState;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads `{"state":"ENABLED"}` or `{"state":"DISABLED"}`, and nothing else.
final class KeyStateBody {

  static final int BYTES_MAX = 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(BYTES_MAX)
                  .maxNestingDepth(1)
                  .build())
          .build();

  private KeyStateBody() {}

  /// Whether the key is to be enabled; empty if the body says something else.
  static Optional<Boolean> read(byte[] body) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
      boolean begins =
          parser.nextToken() == JsonToken.START_OBJECT
              && parser.nextToken() == JsonToken.PROPERTY_NAME
              && parser.currentName().equals("state")
              && parser.nextToken() == JsonToken.VALUE_STRING;
      String state = begins ? parser.getString() : "";
      boolean ends = parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
      return !begins || !ends
          ? Optional.empty()
          : switch (state) {
            case KeyState.ENABLED -> Optional.of(true);
            case KeyState.DISABLED -> Optional.of(false);
            default -> Optional.empty();
          };
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
