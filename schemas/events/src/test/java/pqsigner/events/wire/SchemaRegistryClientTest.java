package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.wire.RegistryStub.Canned;
import pqsigner.events.wire.RegistryStub.Seen;

class SchemaRegistryClientTest {
  private final RegistryStub one = new RegistryStub();
  private final RegistryStub two = new RegistryStub();

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private static SchemaRegistryClient client(String urls, Object... more) {
    Map<String, Object> config = new HashMap<>(Map.of(WireConfig.URL, urls));
    for (int i = 0; i < more.length; i += 2) {
      config.put((String) more[i], more[i + 1]);
    }
    return new SchemaRegistryClient(new WireConfig(config));
  }

  private static String nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @Test
  void thePoisonAndTheOutageAreDifferentKindsToKafkaToo() {
    assertThat(RetriableException.class).isAssignableFrom(RegistryUnavailableException.class);
    assertThat(SerializationException.class).isAssignableFrom(UndecodableRecordException.class);
    assertThat(RetriableException.class.isAssignableFrom(UndecodableRecordException.class))
        .isFalse();
  }

  @Test
  void theNextAddressIsAskedAndThenPreferred() throws IOException {
    two.add("\"int\"");
    try (SchemaRegistryClient client = client(nobody() + "," + one.url() + "," + two.url())) {
      one.answerAlways(new Canned(503, ""));
      assertThat(client.schema(1)).isEqualTo("\"int\"");
      assertThat(client.schema(1)).isEqualTo("\"int\"");
      assertThat(one.seen()).hasSize(1);
      assertThat(two.seen()).hasSize(2);
      two.answerAlways(new Canned(500, "{}"));
      one.answerAlways(null);
      one.add("\"long\"");
      assertThat(client.schema(1)).isEqualTo("\"long\"");
    }
  }

  @Test
  void anIdThatTheRegistryDoesNotKnowIsNotAskedElsewhere() {
    try (SchemaRegistryClient client = client(one.url() + "," + two.url())) {
      assertThatExceptionOfType(UndecodableRecordException.class)
          .isThrownBy(() -> client.schema(1));
      assertThat(two.seen()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {}",
        "403 | {}",
        "404 | <html>a proxy's page</html>",
        "404 | {}",
        "404 | {\"error_code\": 404}",
        "409 | {\"error_code\": 409}",
        "422 | {\"error_code\": 42201}",
        "429 | {}",
        "500 | {\"error_code\": 50001}",
        "503 | ''",
        "200 | ''",
        "200 | not JSON",
        "200 | {}",
        "200 | []",
        "200 | {\"id\": \"1\", \"schema\": 1}",
        "200 | {\"id\": 1.5, \"schema\": null}",
        "200 | {\"id\": 4294967296}",
        "302 | {}"
      })
  void anAnswerThatSaysNothingAboutTheSchemaIsUnavailability(int status, String body) {
    one.answerAlways(new Canned(status, body));
    try (SchemaRegistryClient client = client(one.url())) {
      assertThatThrownBy(() -> client.schema(1)).isInstanceOf(RegistryUnavailableException.class);
      assertThatThrownBy(() -> client.register("s", "\"int\""))
          .isInstanceOf(RegistryUnavailableException.class);
      assertThatThrownBy(() -> client.lookUp("s", "\"int\""))
          .isInstanceOf(RegistryUnavailableException.class);
      assertThatThrownBy(() -> client.latest("s")).isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @Test
  void aRegistryThatIsNotThereIsUnavailable() throws IOException {
    try (SchemaRegistryClient client = client(nobody() + "," + nobody())) {
      assertThatExceptionOfType(RegistryUnavailableException.class)
          .isThrownBy(() -> client.schema(1))
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRegistryThatHangsIsGivenUpAtTheTimeout(boolean afterHeaders) {
    if (afterHeaders) {
      one.stallAfterHeaders();
    } else {
      one.fallSilent();
    }
    try (SchemaRegistryClient client = client(one.url(), WireConfig.READ_TIMEOUT, 200)) {
      long start = System.nanoTime();
      assertThatExceptionOfType(RegistryUnavailableException.class)
          .isThrownBy(() -> client.schema(1))
          .withMessageContaining("did not answer in time");
      assertThat(System.nanoTime() - start).isBetween(200_000_000L, 20_000_000_000L);
    }
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    one.fallSilent();
    try (SchemaRegistryClient client = client(one.url() + "," + two.url())) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(RegistryUnavailableException.class)
          .isThrownBy(() -> client.schema(1));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(two.seen()).isEmpty();
    }
  }

  @Test
  void anAnswerAtTheBoundIsReadAndOneByteMoreIsNot() {
    String frame = "{\"schema\":\"\"}";
    String longest = "x".repeat(SchemaRegistryClient.RESPONSE_BYTES_MAX - frame.length());
    one.add(longest);
    one.add(longest + "x");
    try (SchemaRegistryClient client = client(one.url())) {
      assertThat(client.schema(1)).isEqualTo(longest);
      assertThatExceptionOfType(UndecodableRecordException.class)
          .isThrownBy(() -> client.schema(2));
    }
  }

  @Test
  void credentialsAreSentAndNotTold() {
    String url = one.url().replace("http://", "http://user:s3cret@");
    one.answerAlways(new Canned(500, "{}"));
    try (SchemaRegistryClient client = client(url)) {
      assertThatExceptionOfType(RegistryUnavailableException.class)
          .isThrownBy(() -> client.schema(1))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
      assertThat(one.seen())
          .containsExactly(new Seen("GET /schemas/ids/1", "Basic dXNlcjpzM2NyZXQ="));
    }
  }
}
