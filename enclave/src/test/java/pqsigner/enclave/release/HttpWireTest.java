package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWireTest {

  private static HttpWire.Response read(String text) throws IOException {
    return HttpWire.read(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }

  @Test
  void anAnswerWithALengthIsRead() throws IOException {
    HttpWire.Response response =
        read("HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId:  1 \r\ncontent-length: 2\r\n\r\nhi!");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.header("X-Amzn-Requestid")).contains("1");
    assertThat(response.header("date")).isEmpty();
    assertThat(response.body()).isEqualTo("hi".getBytes(ISO_8859_1));
    assertThat(response.keepAlive()).isTrue();
  }

  @Test
  void aServerMayEndTheConnectionAfterAnAnswer() throws IOException {
    assertThat(read("HTTP/1.1 200\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").keepAlive())
        .isFalse();
  }

  @Test
  void bodiesUpToTheBoundAreRead() throws IOException {
    int max = HttpWire.BODY_BYTES_MAX;
    String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    assertThat(read(head + max + "\r\n\r\n" + "x".repeat(max)).body()).hasSize(max);
    assertThatThrownBy(() -> read(head + (max + 1) + "\r\n\r\n" + "x".repeat(max + 1)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void headsUpToTheBoundAreRead() throws IOException {
    String start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: ";
    int filling = HttpWire.HEAD_BYTES_MAX - start.length() - 4;
    assertThat(read(start + "x".repeat(filling) + "\r\n\r\n").status()).isEqualTo(200);
    assertThatThrownBy(() -> read(start + "x".repeat(filling + 1) + "\r\n\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("head of more than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1e1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\ncontent-length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n: none\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "SSH-2.0-OpenSSH_9.2\r\n"
      })
  void whateverElseCouldBeSaidIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void silenceIsNotTheSameAsAnAnswerCutShort() {
    assertThatThrownBy(() -> read("")).isInstanceOf(HttpWire.NoResponseException.class);
    assertThatThrownBy(() -> read("H"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpWire.NoResponseException.class);
  }

  @Test
  void aRequestIsOneRequest() throws IOException {
    byte[] request = HttpWire.post(Map.of("host", bytes("kms")), bytes("{}"));
    assertThat(new String(request, ISO_8859_1))
        .isEqualTo("POST / HTTP/1.1\r\nhost: kms\r\ncontent-length: 2\r\n\r\n{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\u0000", "caf\u00e9", "\u007f"})
  void aHeaderCannotSmuggleAnother(String text) {
    assertThatThrownBy(() -> HttpWire.post(Map.of("x", bytes(text)), new byte[0]))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HttpWire.post(Map.of(text, bytes("x")), new byte[0]))
        .isInstanceOf(IOException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
