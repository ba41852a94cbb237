package pqsigner.topics;

/// How many brokers hold each record.
///
/// @param minInsyncReplicas how many have it before its writer is told so, 1 to `replicationFactor`
public record Durability(short replicationFactor, int minInsyncReplicas) {

  /// All that a single broker can give.
  public static final Durability ONE_BROKER = new Durability((short) 1, 1);

  public Durability {
    if (replicationFactor < 1) {
      throw new IllegalArgumentException("the replication factor is at least 1");
    }
    if (minInsyncReplicas < 1 || minInsyncReplicas > replicationFactor) {
      throw new IllegalArgumentException(
          "min.insync.replicas is 1 to the replication factor, " + replicationFactor);
    }
  }
}
