package pqsigner.benchmarks.hops;

/// A part of the way of a signature.
///
/// @param depth 0 for what follows one another and adds up to the whole, 1 for what is inside the
///   hop above
/// @param calls for each signature; not a number where nobody counts
/// @param seconds of one call; not a number where nobody measures
/// @param waited seconds that a signature spends in it
record Hop(String name, int depth, double calls, double seconds, double waited) {

  String indented() {
    return "… ".repeat(depth) + name;
  }

  /// What is left when the measured is taken off.
  static Hop rest(String name, int depth, double waited) {
    return new Hop(name, depth, Double.NaN, Double.NaN, waited);
  }
}
