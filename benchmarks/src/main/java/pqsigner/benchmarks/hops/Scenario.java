package pqsigner.benchmarks.hops;

import pqsigner.client.Channel;

/// A load to compare with others.
///
/// @param concurrency requests in flight
record Scenario(Channel channel, int concurrency) {
  String title() {
    return concurrency == 1 ? "one at a time" : concurrency + " at once";
  }
}
