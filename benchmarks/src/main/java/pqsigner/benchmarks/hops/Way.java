package pqsigner.benchmarks.hops;

/// How signatures are asked for.
enum Way {
  HTTP("HTTP", "http"),
  KAFKA("Kafka", "kafka");

  private final String title;
  private final String origin;

  Way(String title, String origin) {
    this.title = title;
    this.origin = origin;
  }

  /// What the gateway calls it.
  String origin() {
    return origin;
  }

  @Override
  public String toString() {
    return title;
  }
}
