package pqsigner.cli.operator;

/// Paths of the gateway's operator API.
final class OperatorApi {
  static final String JOBS = "/v1/operator/jobs";
  static final String REPLAY = JOBS + "/replay";

  private OperatorApi() {}
}
