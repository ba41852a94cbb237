package pqsigner.cli.http;

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
import pqsigner.cli.CommandFailure;
import pqsigner.cli.PqSignerMain;
import pqsigner.cli.request.Outcome;
import pqsigner.cli.request.SignerRequest;
import pqsigner.cli.tls.PemIdentity;
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
      Outcome outcome = signer.submit(request(), Duration.ofSeconds(7));
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
      Outcome outcome = signer.submit(request().withRequestId("r 1"), Duration.ofSeconds(20));
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }
    assertThat(asked).hasSize(3).last().isEqualTo("GET /v1/pq-signer/requests/r%201 null");
  }

  @Test
  void withoutPatienceNothingIsWaitedFor() {
    answers.add(new Answer(202, "{\"request_id\":\"r\",\"state\":\"ACCEPTED\"}"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThat(signer.submit(request(), Duration.ZERO))
          .isEqualTo(new Outcome.Pending("r", "ACCEPTED"));
    }
    assertThat(asked).containsExactly("POST /v1/pq-signer respond-async");
  }

  @Test
  void aProblemIsItsCode() {
    answers.add(new Answer(404, "{\"code\":\"unknown_user\",\"detail\":\"no such key\"}"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThat(signer.submit(request(), Duration.ofSeconds(1)))
          .isEqualTo(new Outcome.Refused(404, "unknown_user", "no such key"));
    }
  }

  @Test
  void aFailedRequestIsItsCodeAndWhatHelpsWhicheverWayItIsHeardOf() {
    String same = "\"state\":\"FAILED\",\"code\":\"kms_unavailable\",\"retry\":\"same_request_id\"";
    answers.add(new Answer(503, "{\"request_id\":\"r\"," + same + "}"));
    answers.add(new Answer(200, "{" + same + "}"));
    try (HttpSigner signer = open("custodian-a")) {
      Outcome failed = new Outcome.Failed("r", "kms_unavailable", "same_request_id");
      assertThat(signer.submit(request(), Duration.ofSeconds(1))).isEqualTo(failed);
      assertThat(signer.state("r")).isEqualTo(failed);
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(failed::orFail)
          .withMessageContaining("--request-id r")
          .extracting(CommandFailure::code)
          .isEqualTo("kms_unavailable");
    }
  }

  @Test
  void theRequestCommandEndsWithOneForAFailedRequest() {
    answers.add(
        new Answer(
            200,
            "{\"state\":\"FAILED\",\"code\":\"kms_unavailable\",\"retry\":\"new_request_id\"}"));
    answers.add(new Answer(200, "{\"state\":\"SIGNED\",\"result\":{}}"));
    PemPair own = pki.pair("custodian-a");
    String[] arguments = {
      "request",
      "r",
      "--url",
      url().toString(),
      "--ca",
      pki.ca().toString(),
      "--cert",
      own.certificate().toString(),
      "--key",
      own.key().toString()
    };

    assertThat(PqSignerMain.run(arguments)).isEqualTo(1);
    assertThat(PqSignerMain.run(arguments)).isEqualTo(0);
  }

  @Test
  void whatIsNotJsonIsAFailureAndNoCrash() {
    answers.add(new Answer(502, "<html>"));
    try (HttpSigner signer = open("custodian-a")) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(CommandFailure::code)
          .isEqualTo("malformed_answer");
    }
  }

  @Test
  void aStrangersCertificateDoesNotGetThrough() {
    answers.add(new Answer(200, "{}"));
    try (HttpSigner signer = open("intruder")) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(CommandFailure::code)
          .isIn("tls_refused", "connection_failed");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void aStrangersServerIsNotSpokenTo() {
    PemPair own = pki.pair("custodian-a");
    PemIdentity other = new PemIdentity(pki.kmsCa(), own.certificate(), own.key());
    try (HttpSigner signer = HttpSigner.open(url(), other)) {
      assertThatExceptionOfType(CommandFailure.class)
          .isThrownBy(() -> signer.get("/x"))
          .extracting(CommandFailure::code)
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
