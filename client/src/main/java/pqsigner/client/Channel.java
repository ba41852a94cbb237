package pqsigner.client;

/// The two ways in.
public enum Channel {
  HTTP("HTTP"),
  KAFKA("Kafka");

  private final String title;

  Channel(String title) {
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
