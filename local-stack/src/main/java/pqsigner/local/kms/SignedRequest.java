package pqsigner.local.kms;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An HTTP request as it came over TLS.
///
/// @param headers by lower-case name
record SignedRequest(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

  SignedRequest {
    Map<String, List<String>> lowerCase = new TreeMap<>();
    headers.forEach(
        (name, values) -> lowerCase.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    headers = lowerCase;
  }

  /// The value of a header that must not come twice.
  Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
