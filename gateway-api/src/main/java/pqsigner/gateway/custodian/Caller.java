package pqsigner.gateway.custodian;

/// An authenticated caller of the HTTP API.
public sealed interface Caller {

  String name();

  record Custodian(String name) implements Caller {}

  record Operator(String name) implements Caller {}
}
