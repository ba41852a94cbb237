package pqsigner.gateway.keys.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.KeyPage;

/// A page of keys; component names are the contract's field names.
///
/// @param nextCursor for the page after this one; null at the end
record KeyListBody(List<Listed> keys, @Nullable String nextCursor) {

  record Listed(
      String userId,
      String alg,
      int keyVersion,
      String state,
      String fingerprint,
      Instant createdAt) {}

  static KeyListBody of(KeyPage page) {
    return new KeyListBody(page.keys().stream().map(KeyListBody::listed).toList(), page.next());
  }

  private static Listed listed(KeyPage.Listed key) {
    return new Listed(
        key.userId(),
        key.algorithm().label(),
        key.version(),
        key.state().label(),
        key.fingerprint(),
        key.createdAt());
  }
}
