package pqsigner.events.wire;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Whether the registry can be trusted to be the registry. Who answers in its place cannot change
/// what a field means (see [EventRecords]), but can stop all consumption; so it is asked over TLS
/// and with credentials, except on this machine.
public final class RegistryAccess {

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private RegistryAccess() {}

  /// The rule is about Confluent's keys, so it holds for Confluent's classes as well.
  ///
  /// @return what is wrong, without quoting an address that may hold a password; nothing where no
  ///   address is given, because the class that needs one says so itself
  public static Optional<String> complaint(Map<String, ?> config) {
    if (!config.containsKey(WireConfig.URL)) {
      return Optional.empty();
    }
    String[] addresses = text(config, WireConfig.URL).split(",");
    if (Arrays.stream(addresses).allMatch(RegistryAccess::isLoopback)) {
      return Optional.empty();
    }
    if (!Arrays.stream(addresses).allMatch(address -> address.strip().startsWith("https://"))) {
      return Optional.of(WireConfig.URL + " must be https, except on loopback");
    }
    return hasCredentials(config, addresses)
        ? Optional.empty()
        : Optional.of(
            "the registry needs credentials: "
                + WireConfig.AUTH_USER_INFO
                + " or schema.registry.ssl.keystore.*");
  }

  private static boolean hasCredentials(Map<String, ?> config, String[] addresses) {
    return config.keySet().stream()
            .anyMatch(
                key ->
                    key.endsWith(WireConfig.AUTH_USER_INFO)
                        || key.startsWith("schema.registry.ssl.keystore.")
                        || key.startsWith("bearer.auth."))
        || Arrays.stream(addresses).allMatch(address -> uri(address).getUserInfo() != null);
  }

  private static boolean isLoopback(String address) {
    String host = uri(address).getHost();
    return host != null && LOOPBACK.matcher(host).matches();
  }

  private static URI uri(String address) {
    try {
      return URI.create(address.strip());
    } catch (IllegalArgumentException e) {
      return URI.create("");
    }
  }

  private static String text(Map<String, ?> config, String key) {
    Object value = config.get(key);
    return value == null ? "" : value.toString();
  }
}
