package pqsigner.gateway.keys.http;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.http.BrokenRequestException;
import pqsigner.gateway.keys.KeyPage;
import pqsigner.gateway.keys.KeyState;

/// The query of a listing, read strictly: each name is known and stands once.
record KeyListQuery(KeyPage.Filter filter, @Nullable String cursor, int limit) {

  static final int LIMIT_MAX = 1000;
  private static final int LIMIT_DEFAULT = 100;

  static KeyListQuery of(Map<String, String[]> parameters) throws BrokenRequestException {
    Algorithm algorithm = null;
    Boolean enabled = null;
    String cursor = null;
    int limit = LIMIT_DEFAULT;
    for (Map.Entry<String, String[]> parameter : parameters.entrySet()) {
      if (parameter.getValue().length != 1) {
        throw BrokenRequestException.malformed("each parameter may stand once");
      }
      String value = parameter.getValue()[0];
      switch (parameter.getKey()) {
        case "alg" -> algorithm = algorithm(value);
        case "state" -> enabled = enabled(value);
        case "cursor" -> cursor = value;
        case "limit" -> limit = limit(value);
        default ->
            throw new BrokenRequestException(
                ErrorCode.UNKNOWN_FIELD, "a parameter of this request is not part of the contract");
      }
    }
    return new KeyListQuery(new KeyPage.Filter(algorithm, enabled), cursor, limit);
  }

  private static Algorithm algorithm(String value) throws BrokenRequestException {
    Optional<Algorithm> algorithm = Algorithm.of(value);
    if (algorithm.isEmpty()) {
      throw new BrokenRequestException(
          ErrorCode.UNSUPPORTED_ALGORITHM, "alg must be ML-DSA-44, ML-DSA-65 or ML-DSA-87");
    }
    return algorithm.get();
  }

  private static boolean enabled(String value) throws BrokenRequestException {
    return switch (value) {
      case KeyState.ENABLED -> true;
      case KeyState.DISABLED -> false;
      default -> throw BrokenRequestException.malformed("state must be ENABLED or DISABLED");
    };
  }

  private static int limit(String value) throws BrokenRequestException {
    if (!value.matches("[1-9][0-9]{0,3}") || Integer.parseInt(value) > LIMIT_MAX) {
      throw BrokenRequestException.malformed("limit must be 1 to " + LIMIT_MAX);
    }
    return Integer.parseInt(value);
  }
}
