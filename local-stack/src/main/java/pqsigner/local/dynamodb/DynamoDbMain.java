package pqsigner.local.dynamodb;

/// DynamoDB Local as a process. Argument: its port.
public final class DynamoDbMain {

  private DynamoDbMain() {}

  public static void main(String[] arguments) {
    EmbeddedDynamoDb database = EmbeddedDynamoDb.start(Integer.parseInt(arguments[0]));
    System.out.println("DynamoDB Local on " + database.endpoint());
  }
}
