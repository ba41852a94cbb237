package pqsigner.gateway.waiting;

import pqsigner.events.Priority;

/// Where this instance hears replies, so that a job can ask to be answered there.
@FunctionalInterface
public interface ReplyAddress {

  /// A partition of this priority's replies topic that this instance reads now, or -1 if it reads
  /// none.
  int ownedPartition(Priority priority);
}
