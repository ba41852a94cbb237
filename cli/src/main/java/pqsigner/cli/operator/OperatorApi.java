package pqsigner.cli.operator;

import pqsigner.client.http.JsonHttp;

/// Paths of the gateway's operator API.
final class OperatorApi {
  static final String JOBS = "/v1/operator/jobs";
  static final String UNDECODABLE = "/v1/operator/undecodable";
  static final String REPLAY = JOBS + "/replay";

  private OperatorApi() {}

  static String path(String collection, String... segments) {
    StringBuilder path = new StringBuilder(collection);
    for (String segment : segments) {
      path.append('/').append(JsonHttp.encode(segment));
    }
    return path.toString();
  }
}
