package pqsigner.gateway.custodian;

/// An authenticated caller of the HTTP API.
public sealed interface Caller {

  String name();

  /// What it counts against bounds as: an operator may have a custodian's name and not its share.
  String holder();

  record Custodian(String name) implements Caller {
    @Override
    public String holder() {
      return name;
    }
  }

  record Operator(String name) implements Caller {
    @Override
    public String holder() {
      return "operator:" + name;
    }
  }
}
