package pqsigner.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.protocol.Request;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/// A pod's role by its service account: the chain finds the token that EKS mounts, and what turns
/// it into credentials is on the class path. STS is played by a server here.
class WebIdentityTest {
  private static final String ANSWER =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>ASIAOFTHEPOD</AccessKeyId>
            <SecretAccessKey>secret</SecretAccessKey>
            <SessionToken>session</SessionToken>
            <Expiration>2999-01-01T00:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;

  @TempDir Path folder;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private Map<String, String> properties = Map.of();

  @AfterEach
  void forget() {
    properties.keySet().forEach(System::clearProperty);
  }

  private HttpServer sts() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          byte[] answer = ANSWER.getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/xml");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void aServiceAccountsTokenBecomesCredentials() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "token-of-the-pod");
    HttpServer sts = sts();
    properties =
        Map.of(
            "aws.roleArn",
            "arn:aws:iam::111122223333:role/pq-signer-nitro-host",
            "aws.webIdentityTokenFile",
            token.toString(),
            "aws.region",
            "eu-central-1",
            "aws.endpointUrlSts",
            "http://127.0.0.1:" + sts.getAddress().getPort());
    properties.forEach(System::setProperty);

    try (DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build()) {
      Request.Credentials credentials = new AwsCredentialSource(() -> chain).get();

      assertThat(new String(credentials.accessKeyId(), UTF_8)).isEqualTo("ASIAOFTHEPOD");
      assertThat(new String(credentials.sessionToken(), UTF_8)).isEqualTo("session");
      assertThat(credentials.expiresAtEpochMs()).isPositive();
      assertThat(asked)
          .singleElement()
          .asString()
          .contains("Action=AssumeRoleWithWebIdentity")
          .contains("WebIdentityToken=token-of-the-pod")
          .contains("pq-signer-nitro-host");
    } finally {
      sts.stop(0);
    }
  }
}
