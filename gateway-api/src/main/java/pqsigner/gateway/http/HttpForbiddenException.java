package pqsigner.gateway.http;

/// The caller is known and may not do this.
public final class HttpForbiddenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public HttpForbiddenException(String detail) {
    super(detail, null, false, false);
  }
}
