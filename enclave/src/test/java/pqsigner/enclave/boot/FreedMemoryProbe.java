package pqsigner.enclave.boot;

/// Tells whether the C library that it runs on overwrites what it is given back.
public final class FreedMemoryProbe {
  private FreedMemoryProbe() {}

  public static void main(String[] arguments) {
    System.out.println(FreedMemory.isOverwritten());
  }
}
