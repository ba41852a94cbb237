package pqsigner.gateway.replay;

/// What a replay did with one request, or would do.
public enum ReplayAction {
  WOULD_REPLAY("would_replay"),
  REPLAYED("replayed"),
  /// Finished long ago; its stored result was published again if it goes to a results topic.
  FINISHED("finished"),
  /// Accepted and on its way.
  PENDING("pending"),
  UNKNOWN("unknown"),
  PAST_DEADLINE("past_deadline"),
  /// Failed still: its registered key is gone.
  UNKNOWN_USER("unknown_user"),
  /// Failed still: its custodian is disabled or not registered, or may no longer ask for that.
  FORBIDDEN("forbidden"),
  REPLAY_LIMIT("replay_limit"),
  /// Not done for now: too many in this minute.
  RATE_LIMITED("rate_limited");

  private final String label;

  ReplayAction(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
