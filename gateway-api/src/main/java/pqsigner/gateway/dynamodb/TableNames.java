package pqsigner.gateway.dynamodb;

import java.util.List;

/// The tables of the gateway.
public record TableNames(String requests, String keys, String custodians, String keyStates) {

  public static final TableNames DEFAULT =
      new TableNames(
          "pq-signer-requests", "pq-signer-keys", "pq-signer-custodians", "pq-signer-key-states");

  public TableNames {
    List<String> names = List.of(requests, keys, custodians, keyStates);
    // DynamoDB: 3 to 255 characters of a-z A-Z 0-9 _ - .
    if (!names.stream().allMatch(name -> name.matches("[a-zA-Z0-9_.-]{3,255}"))) {
      throw new IllegalArgumentException("a table name has 3 to 255 letters, digits, or _ - .");
    }
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          "requests, keys, their states and custodians need separate tables");
    }
  }
}
