package pqsigner.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.client.PemIdentity;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;

/// Against a TLS server that asks for certificates and answers as it is told.
final class HttpSignerTest {
  private record Answer(int status, String body) {}

  @TempDir private static Path directory;

  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private LocalPki pki;
  private HttpsServer server;

  @BeforeEach
  void listen() throws IOException {
    pki = LocalPki.create(directory, List.of("custodian-a"), "eu-central-1", Instant.now());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = Pem.sslContext(pki.ca(), pki.pair("gateway"));
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aFinishedRequestIsItsBody() {
    answers.add(new Answer(200, "{\"signature\":\"AA==\"}"));
    try (HttpSigner signer = open("custodian-a")) {
      SignerResult outcome = signer.submit(request(), Duration.ofSeconds(7));
      assertThat(outcome.orFail().path("signature").asString()).isEqualTo("AA==");
    }
    assertThat(asked).containsExactly("POST /v1/pq-signer wait=7");
  }

  @Test
  void anAcceptedRequestIsAskedForUntilItIsFinished() {
    answers.add(new Answer(202, "{\"request_id\":\"r 1\",\"state\":\"ACCEPTED\"}"));
    answers.add(new Answer(200, "{\"request_id\":\"r 1\",\"state\":\"ACCEPTED\"}"));
    answers.add(new Answer(200, "{\"state\":\"SIGNED\",\"result\":{\"signature\":\"AA==\"}}"));
    try (HttpSigner signer = open("custodian-a")) {
      SignerResult outcome = signer.submit(request().withRequestId("r 1"), Duration.ofSeconds(20));
      assertThat(outcome).isInstanceOf(SignerResult.Done.class);
    }
    assertThat(asked).hasSize(3).last().isEqualTo("GET /v1/pq-signer/requests/r%201 null");
  }

  @Test
  void withoutPatienceNothingIsWaitedFor() {
    answers.add(new Answer(202, "{\"request_id\":\"r\",\"state\":\"ACCEPTED\"}"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThat(signer.submit(request(), Duration.ZERO))
          .isEqualTo(new SignerResult.Pending("r", "ACCEPTED"));
    }
    assertThat(asked).containsExactly("POST /v1/pq-signer respond-async");
  }

  @Test
  void aProblemIsItsCode() {
    answers.add(new Answer(404, "{\"code\":\"unknown_user\",\"detail\":\"no such key\"}"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThat(signer.submit(request(), Duration.ofSeconds(1)))
          .isEqualTo(new SignerResult.Refused(404, "unknown_user", "no such key"));
    }
  }

  @Test
  void aFailedRequestIsItsCodeAndWhatHelpsWhicheverWayItIsHeardOf() {
    String same = "\"state\":\"FAILED\",\"code\":\"kms_unavailable\",\"retry\":\"same_request_id\"";
    answers.add(new Answer(503, "{\"request_id\":\"r\"," + same + "}"));
    answers.add(new Answer(200, "{" + same + "}"));
    try (HttpSigner signer = open("custodian-a")) {
      SignerResult failed = new SignerResult.Failed("r", "kms_unavailable", "same_request_id");
      assertThat(signer.submit(request(), Duration.ofSeconds(1))).isEqualTo(failed);
      assertThat(signer.state("r")).isEqualTo(failed);
      assertThatExceptionOfType(SignerException.class)
          .isThrownBy(failed::orFail)
          .withMessageContaining("--request-id r")
          .extracting(SignerException::code)
          .isEqualTo("kms_unavailable");
    }
  }

  @Test
  void whatIsNotJsonIsAFailureAndNoCrash() {
    answers.add(new Answer(502, "<html>"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThatExceptionOfType(SignerException.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(SignerException::code)
          .isEqualTo("malformed_answer");
    }
  }

  @Test
  void aStrangersCertificateDoesNotGetThrough() {
    answers.add(new Answer(200, "{}"));
    try (HttpSigner signer = open("intruder")) {
      assertThatExceptionOfType(SignerException.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(SignerException::code)
          .isIn("tls_refused", "connection_failed");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void aStrangersServerIsNotSpokenTo() {
    PemPair own = pki.pair("custodian-a");
    PemIdentity other = new PemIdentity(pki.kmsCa(), own.certificate(), own.key());
    try (HttpSigner signer = HttpSigner.open(url(), other)) {
      assertThatExceptionOfType(SignerException.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(SignerException::code)
          .isEqualTo("tls_refused");
    }
    assertThat(asked).isEmpty();
  }

  private static SignerRequest request() {
    return SignerRequest.sign("u", "m".getBytes(UTF_8));
  }

  private HttpSigner open(String name) {
    PemPair pair = pki.pair(name);
    return HttpSigner.open(url(), new PemIdentity(pki.ca(), pair.certificate(), pair.key()));
  }

  private URI url() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      asked.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Prefer"));
      Answer answer = answers.remove();
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
