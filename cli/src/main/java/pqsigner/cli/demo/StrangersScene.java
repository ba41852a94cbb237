package pqsigner.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import pqsigner.client.Signer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;

/// Strangers stay out.
final class StrangersScene implements Transcript.Scene {
  private static final byte[] MESSAGE = "mine".getBytes(UTF_8);
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Cast cast;

  StrangersScene(Cast cast) {
    this.cast = cast;
  }

  @Override
  public void play(Transcript told) {
    String alert = handshakeAsIntruder();
    told.check(
        "an intruder, \"custodian-a\" by another CA, is refused in the TLS handshake",
        alert.contains("alert") || alert.contains("certificate"));
    told.detail(alert);
    told.checkEquals(
        "a user_id without a key: unknown_user", "unknown_user", code(cast.custodian(), "nobody"));
    try (HttpSigner other = cast.signer(Cast.OTHER_CUSTODIAN)) {
      told.checkEquals(
          "custodian-b asking for custodian-a's alice: unknown_user too, so it learns nothing",
          "unknown_user",
          code(other, "alice"));
    }
    told.checkEquals(
        "custodian-b on custodian-a's topics: forbidden, by the broker",
        "forbidden",
        codeOnForeignTopics());
  }

  /// In TLS 1.3 the client has finished before the server looks at its certificate, so the refusal
  /// comes with the first read.
  private String handshakeAsIntruder() {
    URI gateway = cast.stack().gateways().getFirst();
    try (SSLSocket socket =
        (SSLSocket)
            cast.identity("intruder")
                .sslContext()
                .getSocketFactory()
                .createSocket(gateway.getHost(), gateway.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.startHandshake();
      socket
          .getOutputStream()
          .write("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      int first = socket.getInputStream().read();
      throw new DemoFailure("the intruder got an answer, starting with byte " + first);
    } catch (SSLException e) {
      return String.valueOf(e.getMessage());
    } catch (IOException e) {
      throw new DemoFailure("the intruder was not refused by TLS but by " + e);
    }
  }

  private static String code(Signer signer, String userId) {
    return signer.submit(SignerRequest.sign(userId, MESSAGE), Cast.PATIENCE).code();
  }

  private String codeOnForeignTopics() {
    try {
      KafkaSigner.open(cast.topicsOf(Cast.CUSTODIAN), cast.identity(Cast.OTHER_CUSTODIAN)).close();
      return "(opened)";
    } catch (SignerException e) {
      return e.code();
    }
  }
}
