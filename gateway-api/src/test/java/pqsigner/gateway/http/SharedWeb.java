package pqsigner.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import pqsigner.gateway.custodian.CustodianTerms;

/// One web layer for all tests that need no settings of their own.
record SharedWeb(WebLayer web, HttpCaller custodian, HttpCaller other, HttpCaller operator)
    implements AutoCloseable {

  private static SharedWeb start() {
    try {
      WebLayer web = WebLayer.start(Map.of("pq-signer.http.wait-default", "5s"));
      web.agree("custodian-b", CustodianTerms.usual().withMu(false));
      return new SharedWeb(
          web, caller(web, "custodian-a"), caller(web, "custodian-b"), caller(web, "operator"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpCaller caller(WebLayer web, String name) {
    return HttpCaller.of(web.tls(name), web.port());
  }

  @Override
  public void close() {
    web.close();
  }

  /// Starts it for the first class that asks; JUnit closes it after the last.
  static final class Extension implements ParameterResolver {

    private static final ExtensionContext.Namespace HERE =
        ExtensionContext.Namespace.create(SharedWeb.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
      return parameter.getParameter().getType() == SharedWeb.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
      return Objects.requireNonNull(
          extension.getRoot().getStore(HERE).computeIfAbsent(SharedWeb.class, _ -> start()));
    }
  }
}
