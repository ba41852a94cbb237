package pqsigner.gateway.admission.http;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandField;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.http.StrictUtf8;
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
/// `request_id` and `deadline` may be in the payload or beside it, but not in both.
final class HttpCommandReader {

  private static final String PAYLOAD = "payload";
  private static final Set<CommandField> BESIDE_THE_PAYLOAD =
      EnumSet.of(CommandField.REQUEST_TYPE, CommandField.REQUEST_ID, CommandField.DEADLINE);
  private static final Set<CommandField> IN_THE_PAYLOAD =
      EnumSet.complementOf(EnumSet.of(CommandField.REQUEST_TYPE));
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

  CommandFields read(byte[] body) {
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
      return cursor.fields;
    } catch (JacksonException e) {
      // Its text quotes the input; the position alone is safe to repeat.
      var location = e.getLocation();
      String where = location == null ? "" : " near character " + location.getCharOffset();
      return cursor.fields.broken(
          new Refusal(ErrorCode.MALFORMED_REQUEST, "the body is not strict JSON" + where));
    } catch (UnreadableException e) {
      return cursor.fields.broken(e.refusal);
    }
  }

  private static final class Cursor {

    private CommandFields fields = CommandFields.none();
    private boolean hasPayload;

    void command(JsonParser parser) throws UnreadableException {
      require(parser.nextToken() == JsonToken.START_OBJECT, "the body must be a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (name.equals(PAYLOAD)) {
          payload(parser);
        } else {
          field(parser, BESIDE_THE_PAYLOAD, name);
        }
      }
      require(parser.nextToken() == null, "the body must be one JSON value");
      require(hasPayload, "payload is required");
    }

    private void payload(JsonParser parser) throws UnreadableException {
      hasPayload = true;
      require(parser.nextToken() == JsonToken.START_OBJECT, "payload must be a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        field(parser, IN_THE_PAYLOAD, parser.currentName());
      }
    }

    private void field(JsonParser parser, Set<CommandField> allowed, String name)
        throws UnreadableException {
      CommandField field =
          CommandField.of(name).filter(allowed::contains).orElseThrow(() -> unknown(name));
      require(!fields.has(field), name + " may be in the payload or beside it, but not in both");
      boolean number = field.kind() == CommandField.Kind.NUMBER;
      require(
          parser.nextToken() == (number ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_STRING),
          name + (number ? " is a whole number" : " is a string"));
      fields = fields.with(field, value(field, parser));
    }

    private static Value value(CommandField field, JsonParser parser) {
      return switch (field.kind()) {
        case TEXT -> new Value.Text(parser.getString());
        case BYTES ->
            StrictBase64.decode(parser.getString())
                .<Value>map(Value.Bytes::new)
                .orElseGet(
                    () -> new Value.Unreadable("not canonical RFC 4648 base64 with padding"));
        case NUMBER ->
            parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? new Value.Unreadable("out of range")
                : new Value.WholeNumber(parser.getLongValue());
      };
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
