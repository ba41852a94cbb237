package pqsigner.guarantees.fault;

/// Something that goes wrong under traffic and is over when it returns. It sends at most three
/// quarters of the requests; the rest follow when all is well again.
public record Fault(String name, Happening happening) {

  /// What happens.
  @FunctionalInterface
  public interface Happening {
    void to(Scene scene) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
