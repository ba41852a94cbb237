package pqsigner.cli.demo;

/// Something that the demo promises did not hold.
final class DemoFailure extends RuntimeException {
  DemoFailure(String message) {
    super(message);
  }
}
