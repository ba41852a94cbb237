package pqsigner.gateway.dynamodb;

/// The two tables of the gateway.
public record TableNames(String requests, String keys) {

  public static final TableNames DEFAULT = new TableNames("pq-signer-requests", "pq-signer-keys");

  public TableNames {
    // DynamoDB: 3 to 255 characters of a-z A-Z 0-9 _ - .
    if (!requests.matches("[a-zA-Z0-9_.-]{3,255}") || !keys.matches("[a-zA-Z0-9_.-]{3,255}")) {
      throw new IllegalArgumentException("a table name has 3 to 255 letters, digits, or _ - .");
    }
    if (requests.equals(keys)) {
      throw new IllegalArgumentException("requests and keys need separate tables");
    }
  }
}
