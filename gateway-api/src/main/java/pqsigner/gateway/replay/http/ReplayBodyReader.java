package pqsigner.gateway.replay.http;

import java.util.ArrayList;
import java.util.List;
import pqsigner.gateway.http.BrokenRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// Reads the body of a replay, token by token: every field is known, has its type, and stands once.
final class ReplayBodyReader {

  /// 5,000 ids of 128 characters, quoted, with room.
  static final int BYTES_MAX = 1024 * 1024;

  private final JsonFactory json =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(BYTES_MAX)
                  .maxNestingDepth(2)
                  .maxStringLength(256)
                  .maxNameLength(64)
                  .maxNumberLength(16)
                  .build())
          .build();

  private final int jobsMax;

  ReplayBodyReader(int jobsMax) {
    this.jobsMax = jobsMax;
  }

  JobFields read(byte[] body) throws BrokenRequestException {
    JobFields fields = new JobFields(jobsMax);
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, "the body must be a JSON object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        field(parser, fields);
      }
      require(parser.nextToken() == null, "the body must be one JSON value");
    } catch (JacksonException e) {
      throw BrokenRequestException.malformed("the body is not strict JSON");
    }
    return fields;
  }

  private static void field(JsonParser parser, JobFields fields) throws BrokenRequestException {
    String name = parser.currentName();
    JsonToken value = parser.nextToken();
    switch (name) {
      case "execute" -> {
        require(
            value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE,
            "execute must be true or false");
        fields.execute = value == JsonToken.VALUE_TRUE;
      }
      case "limit" -> {
        require(value == JsonToken.VALUE_NUMBER_INT, "limit must be a whole number");
        fields.limit(parser.getLongValue());
      }
      case "request_ids" -> {
        require(value == JsonToken.START_ARRAY, "request_ids must be a list of strings");
        List<String> ids = new ArrayList<>();
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
          ids.add(parser.getString());
        }
        require(
            parser.currentToken() == JsonToken.END_ARRAY, "request_ids must be a list of strings");
        fields.requestIds(ids);
      }
      default -> {
        require(value == JsonToken.VALUE_STRING, "the other fields must be strings");
        fields.text(name, parser.getString());
      }
    }
  }

  private static void require(boolean condition, String rule) throws BrokenRequestException {
    if (!condition) {
      throw BrokenRequestException.malformed(rule);
    }
  }
}
