package pqsigner.benchmarks.hops;

/// @param atOnce requests in flight
record Load(Way way, int atOnce) {
  String title() {
    return atOnce == 1 ? "one at a time" : atOnce + " at once";
  }
}
