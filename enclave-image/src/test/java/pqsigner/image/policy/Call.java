package pqsigner.image.policy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.image.policy.KeyPolicyDocument.Statement;

/// A request to KMS as its policy engine sees it, with the condition operators that our policies
/// use, by AWS's rules for absent keys.
///
/// @param keys condition keys of the request; an absent one is not in the map
record Call(String principal, String action, Map<String, Set<String>> keys) {

  static Call of(String principal, String action) {
    return new Call(principal, action, Map.of("aws:PrincipalArn", Set.of(principal)));
  }

  Call with(String key, String value) {
    Map<String, Set<String>> more = new HashMap<>(keys);
    more.put(key, Set.of(value));
    return new Call(principal, action, more);
  }

  Call without(String key) {
    Map<String, Set<String>> fewer = new HashMap<>(keys);
    fewer.remove(key);
    return new Call(principal, action, fewer);
  }

  /// By a person who gave a second factor so long ago.
  Call withSecondFactor(int secondsAgo) {
    return with("aws:MultiFactorAuthPresent", "true")
        .with("aws:MultiFactorAuthAge", Integer.toString(secondsAgo));
  }

  Call attested(Map<Integer, String> pcrs) {
    Call call = this;
    for (var pcr : pcrs.entrySet()) {
      call = call.with("kms:RecipientAttestation:PCR" + pcr.getKey(), pcr.getValue());
    }
    return call.with("kms:RecipientAttestation:ImageSha384", pcrs.getOrDefault(0, ""));
  }

  Call inContext(Map<String, String> context) {
    Map<String, Set<String>> more = new HashMap<>(keys);
    more.put("kms:EncryptionContextKeys", context.keySet());
    context.forEach((key, value) -> more.put("kms:EncryptionContext:" + key, Set.of(value)));
    return new Call(principal, action, more);
  }

  boolean matches(Statement statement) {
    return (statement.principals().contains("*") || statement.principals().contains(principal))
        && statement.actions().stream().anyMatch(pattern -> like(action, pattern))
        && statement.resources().equals(Set.of("*"))
        && statement.condition().entrySet().stream()
            .allMatch(
                operator ->
                    operator.getValue().entrySet().stream()
                        .allMatch(key -> holds(operator.getKey(), key.getKey(), key.getValue())));
  }

  private boolean holds(String operator, String key, Set<String> accepted) {
    Set<String> actual = keys.getOrDefault(key, Set.of());
    return switch (operator) {
      case "StringEquals" -> single(actual).anyMatch(accepted::contains);
      case "StringEqualsIgnoreCase" ->
          single(lower(actual)).anyMatch(value -> lower(accepted).contains(value));
      case "ForAllValues:StringEquals" -> accepted.containsAll(actual);
      case "ArnNotEquals" -> actual.stream().noneMatch(accepted::contains);
      case "BoolIfExists" -> actual.isEmpty() || single(actual).anyMatch(accepted::contains);
      case "NumericLessThan" -> single(actual).anyMatch(n -> number(n) < number(only(accepted)));
      case "NumericGreaterThanIfExists" ->
          actual.isEmpty() || single(actual).anyMatch(n -> number(n) > number(only(accepted)));
      case "Null" -> accepted.equals(Set.of(String.valueOf(actual.isEmpty())));
      default -> throw new AssertionError("an operator this test does not know: " + operator);
    };
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static String only(Set<String> values) {
    return single(values).findFirst().orElseThrow();
  }

  private static Stream<String> single(Set<String> values) {
    if (values.size() > 1) {
      throw new AssertionError("several values where AWS has one");
    }
    return values.stream();
  }

  private static Set<String> lower(Set<String> values) {
    return values.stream().map(value -> value.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  private static boolean like(String text, String pattern) {
    String regex =
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return text.matches("(?i)" + regex);
  }

  @Override
  public String toString() {
    return principal + " " + action + " " + new TreeMap<>(keys);
  }
}
