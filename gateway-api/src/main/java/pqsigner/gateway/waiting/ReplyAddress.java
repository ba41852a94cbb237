package pqsigner.gateway.waiting;

/// Where this instance hears replies, so that a job can ask to be answered there.
@FunctionalInterface
public interface ReplyAddress {

  /// A partition of the replies topic that this instance reads now, or -1 if it reads none.
  int ownedPartition();
}
