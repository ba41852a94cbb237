package pqsigner.gateway.custodian.http;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianLimit;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.CustodianTerms.State;
import pqsigner.gateway.http.BrokenRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads a body as a change of a custodian's terms: what a field names is set, null makes it as the
/// gateway's settings say, what is not named stays. On the usual terms, it is all of them.
final class TermsReader {

  static final int BYTES_MAX = 16 * 1024;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(BYTES_MAX)
                          .maxNestingDepth(3)
                          .maxStringLength(256)
                          .maxNameLength(64)
                          .maxNumberLength(16)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private TermsReader() {}

  static UnaryOperator<CustodianTerms> read(byte[] body) throws BrokenRequestException {
    JsonNode given = object(body);
    List<UnaryOperator<CustodianTerms>> changes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      changes.add(change(field.getKey(), field.getValue()));
    }
    return terms -> {
      CustodianTerms changed = terms;
      for (UnaryOperator<CustodianTerms> change : changes) {
        changed = change.apply(changed);
      }
      return changed;
    };
  }

  private static JsonNode object(byte[] body) throws BrokenRequestException {
    try {
      JsonNode given = JSON.readTree(body);
      if (given != null && given.isObject()) {
        return given;
      }
    } catch (JacksonException e) {
      throw BrokenRequestException.malformed("the body is not strict JSON");
    }
    throw BrokenRequestException.malformed("the body must be a JSON object");
  }

  private static UnaryOperator<CustodianTerms> change(String name, JsonNode value)
      throws BrokenRequestException {
    return switch (name) {
      case "state" -> {
        State state = state(value);
        yield terms -> terms.in(state);
      }
      case "limits" -> limits(value);
      case "algorithms" -> {
        Set<Algorithm> algorithms =
            set(value, "algorithms", Algorithm.values().length, Algorithm::of);
        yield terms -> terms.withAlgorithms(algorithms);
      }
      case "mu" -> {
        Boolean mu = flag(value, "mu");
        yield terms -> terms.withMu(mu);
      }
      case "context" -> {
        boolean context = !Boolean.FALSE.equals(flag(value, "context"));
        yield terms -> terms.withContext(context);
      }
      case "pins" -> {
        Set<String> pins = set(value, "pins", CustodianTerms.PINS_MAX, TermsReader::sha256);
        yield terms -> terms.withPins(pins);
      }
      default ->
          throw new BrokenRequestException(
              ErrorCode.UNKNOWN_FIELD, "a field of this request is not part of the contract");
    };
  }

  private static State state(JsonNode value) throws BrokenRequestException {
    for (State state : State.values()) {
      if (value.isString() && state.name().equals(value.stringValue())) {
        return state;
      }
    }
    throw BrokenRequestException.malformed("state must be ENABLED or DISABLED");
  }

  private static UnaryOperator<CustodianTerms> limits(JsonNode value)
      throws BrokenRequestException {
    if (value.isNull()) {
      return terms -> terms.withLimits(Map.of());
    }
    require(value.isObject(), "limits must be an object");
    Map<CustodianLimit, Optional<Integer>> given = new EnumMap<>(CustodianLimit.class);
    for (Map.Entry<String, JsonNode> each : value.properties()) {
      CustodianLimit limit = limit(each.getKey());
      given.put(limit, limit(limit, each.getValue()));
    }
    return terms -> terms.withLimits(merged(terms.limits(), given));
  }

  private static Map<CustodianLimit, Integer> merged(
      Map<CustodianLimit, Integer> before, Map<CustodianLimit, Optional<Integer>> given) {
    Map<CustodianLimit, Integer> after = new EnumMap<>(CustodianLimit.class);
    after.putAll(before);
    given.forEach(
        (limit, value) ->
            value.ifPresentOrElse(bound -> after.put(limit, bound), () -> after.remove(limit)));
    return after;
  }

  private static CustodianLimit limit(String label) throws BrokenRequestException {
    return Stream.of(CustodianLimit.values())
        .filter(limit -> limit.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new BrokenRequestException(
                    ErrorCode.UNKNOWN_FIELD, "a field of limits is not part of the contract"));
  }

  private static Optional<Integer> limit(CustodianLimit limit, JsonNode value)
      throws BrokenRequestException {
    if (value.isNull()) {
      return Optional.empty();
    }
    require(
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= 1
            && value.intValue() <= limit.most(),
        limit.label() + " must be 1 to " + limit.most());
    return Optional.of(value.intValue());
  }

  private static @Nullable Boolean flag(JsonNode value, String name) throws BrokenRequestException {
    require(value.isNull() || value.isBoolean(), name + " must be true, false or null");
    return value.isNull() ? null : Boolean.valueOf(value.booleanValue());
  }

  private static Optional<String> sha256(String text) {
    return Optional.of(text).filter(pin -> SHA256.matcher(pin).matches());
  }

  /// An empty list would say "none", and be stored as "all".
  private static <T> Set<T> set(
      JsonNode value, String name, int most, Function<String, Optional<T>> read)
      throws BrokenRequestException {
    if (value.isNull()) {
      return Set.of();
    }
    require(
        value.isArray() && value.size() >= 1 && value.size() <= most,
        name + " must be null or a list of 1 to " + most);
    Set<T> all =
        value
            .valueStream()
            .map(each -> each.isString() ? read.apply(each.stringValue()) : Optional.<T>empty())
            .flatMap(Optional::stream)
            .collect(Collectors.toUnmodifiableSet());
    require(all.size() == value.size(), name + " has an entry twice, or one that it cannot have");
    return all;
  }

  private static void require(boolean condition, String rule) throws BrokenRequestException {
    if (!condition) {
      throw BrokenRequestException.malformed(rule);
    }
  }
}
