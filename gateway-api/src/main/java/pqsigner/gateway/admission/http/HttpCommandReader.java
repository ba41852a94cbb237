package pqsigner.gateway.admission.http;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.Field;
import pqsigner.gateway.admission.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON command token by token and accepts nothing that two parsers could read differently:
/// no duplicate names, no byte order mark, no second value, no null for absent, no number for text.
///
/// `request_id` and `deadline` may stand in the payload or beside it, not in both.
final class HttpCommandReader {

  private static final String PAYLOAD = "payload";
  private static final Pattern PRINTABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final JsonFactory json;

  HttpCommandReader(int bodyBytesMax) {
    this.json =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(bodyBytesMax)
                    .maxStringLength(bodyBytesMax)
                    .maxNestingDepth(2)
                    .maxNameLength(256)
                    .maxNumberLength(32)
                    .maxTokenCount(64)
                    .build())
            .build();
  }

  Reading read(byte[] body) {
    Cursor cursor = new Cursor();
    try {
      String text =
          StrictUtf8.decode(body).orElseThrow(() -> malformed("the body is not valid UTF-8"));
      if (text.startsWith("\ufeff")) {
        throw malformed("the body starts with a byte order mark");
      }
      try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
        cursor.command(parser);
      }
      return new Reading.Read(cursor.fields);
    } catch (JacksonException e) {
      // Its text quotes the input; the position alone is safe to repeat.
      var location = e.getLocation();
      String where = location == null ? "" : " near character " + location.getCharOffset();
      return new Reading.Unreadable(
          new Refusal(ErrorCode.MALFORMED_REQUEST, "the body is not strict JSON" + where),
          cursor.fields);
    } catch (UnreadableException e) {
      return new Reading.Unreadable(e.refusal, cursor.fields);
    }
  }

  private static final class Cursor {

    private CommandFields fields = CommandFields.none();
    private final Set<String> seen = new HashSet<>();

    void command(JsonParser parser) throws UnreadableException {
      require(parser.nextToken() == JsonToken.START_OBJECT, "the body is a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        switch (name) {
          case "request_type" -> fields = fields.withRequestType(text(parser, name));
          case "request_id", "deadline" -> field(parser, name);
          case PAYLOAD -> payload(parser);
          default -> throw unknown(name);
        }
      }
      require(parser.nextToken() == null, "the body is one JSON value");
      require(seen.contains(PAYLOAD), "payload is required");
    }

    private void payload(JsonParser parser) throws UnreadableException {
      seen.add(PAYLOAD);
      require(parser.nextToken() == JsonToken.START_OBJECT, "payload is a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        field(parser, parser.currentName());
      }
    }

    private void field(JsonParser parser, String name) throws UnreadableException {
      require(seen.add(name), name + " stands in the payload or beside it, not in both");
      fields =
          switch (name) {
            case "request_id" -> fields.withRequestId(text(parser, name));
            case "user_id" -> fields.withUserId(text(parser, name));
            case "alg" -> fields.withAlg(text(parser, name));
            case "message" -> fields.withMessage(bytes(parser, name));
            case "mu" -> fields.withMu(bytes(parser, name));
            case "context" -> fields.withContext(bytes(parser, name));
            case "deadline" -> fields.withDeadline(text(parser, name));
            default -> throw unknown(name);
          };
    }

    private static Field<String> text(JsonParser parser, String name) throws UnreadableException {
      require(parser.nextToken() == JsonToken.VALUE_STRING, name + " is a string");
      return Field.of(parser.getString());
    }

    private static Field<byte[]> bytes(JsonParser parser, String name) throws UnreadableException {
      return StrictBase64.decode(text(parser, name).given().orElse(""))
          .<Field<byte[]>>map(Field::of)
          .orElseGet(() -> Field.unreadable("not canonical RFC 4648 base64 with padding"));
    }

    private static void require(boolean condition, String rule) throws UnreadableException {
      if (!condition) {
        throw malformed(rule);
      }
    }
  }

  private static UnreadableException malformed(String detail) {
    return new UnreadableException(new Refusal(ErrorCode.MALFORMED_REQUEST, detail));
  }

  private static UnreadableException unknown(String name) {
    return new UnreadableException(
        new Refusal(
            ErrorCode.UNKNOWN_FIELD,
            PRINTABLE_NAME.matcher(name).matches()
                ? name + " is not a field of this request"
                : "a field of this request is not part of the contract"));
  }

  /// Leaves the parser from any depth; never leaves this class.
  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    UnreadableException(Refusal refusal) {
      super(refusal.detail(), null, false, false);
      this.refusal = refusal;
    }
  }
}
