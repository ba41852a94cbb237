package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// As much of HTTP/1.1 as KMS needs: a request with a length, an answer with a length. Whatever
/// else HTTP allows, chunks, folded lines, informational answers, is refused.
final class HttpWire {
  static final int HEAD_BYTES_MAX = 16 * 1024;
  static final int BODY_BYTES_MAX = 64 * 1024;

  record Header(String name, String value) {}

  /// @param keepAlive whether the connection can take another request
  record Response(int status, List<Header> headers, byte[] body, boolean keepAlive) {

    /// The first of this name, in any case.
    Optional<String> header(String name) {
      return values(headers, name).stream().findFirst();
    }
  }

  /// The server closed the connection before it said anything.
  static final class NoResponseException extends EOFException {
    NoResponseException() {
      super("closed before an answer");
    }
  }

  private HttpWire() {}

  /// A POST to `/`. Made in one piece, so that whoever wipes it has wiped all: one of the headers
  /// is the session token.
  static byte[] post(Map<String, byte[]> headers, byte[] body) throws IOException {
    byte[] start = "POST / HTTP/1.1\r\n".getBytes(ISO_8859_1);
    byte[] end = ("content-length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1);
    int length = start.length + end.length + body.length;
    for (Map.Entry<String, byte[]> header : headers.entrySet()) {
      requireNoInjection(header.getKey(), header.getValue());
      length += header.getKey().length() + header.getValue().length + ": \r\n".length();
    }
    ByteBuffer out = ByteBuffer.allocate(length).put(start);
    headers.forEach(
        (name, value) ->
            out.put((name + ": ").getBytes(ISO_8859_1))
                .put(value)
                .put("\r\n".getBytes(ISO_8859_1)));
    return out.put(end).put(body).array();
  }

  private static void requireNoInjection(String name, byte[] value) throws IOException {
    boolean bad = name.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ':');
    for (byte octet : value) {
      bad |= octet < ' ' || octet > '~';
    }
    if (bad) {
      throw new IOException("the request would be split into several");
    }
  }

  static Response read(InputStream in) throws IOException {
    int[] left = {HEAD_BYTES_MAX};
    String statusLine = line(in, left, true);
    if (!statusLine.matches("HTTP/1\\.1 [2-5][0-9]{2}( .*)?")) {
      throw new IOException("not an HTTP/1.1 answer");
    }
    List<Header> headers = new ArrayList<>();
    for (String line = line(in, left, false); !line.isEmpty(); line = line(in, left, false)) {
      headers.add(header(line));
    }
    if (!values(headers, "transfer-encoding").isEmpty()) {
      throw new IOException("an answer in chunks");
    }
    byte[] body = new byte[contentLength(headers)];
    if (in.readNBytes(body, 0, body.length) != body.length) {
      throw new EOFException("the answer ends early");
    }
    boolean keepAlive =
        values(headers, "connection").stream()
            .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
    return new Response(
        Integer.parseInt(statusLine.substring(9, 12)), List.copyOf(headers), body, keepAlive);
  }

  private static Header header(String line) throws IOException {
    int colon = line.indexOf(':');
    if (colon < 1 || line.substring(0, colon).chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IOException("malformed header");
    }
    return new Header(line.substring(0, colon), line.substring(colon + 1).strip());
  }

  private static int contentLength(List<Header> headers) throws IOException {
    List<String> lengths = values(headers, "content-length");
    if (lengths.size() != 1 || !lengths.getFirst().matches("[0-9]{1,9}")) {
      throw new IOException("expected exactly one Content-Length");
    }
    int length = Integer.parseInt(lengths.getFirst());
    if (length > BODY_BYTES_MAX) {
      throw new IOException("an answer of " + length + " bytes");
    }
    return length;
  }

  private static List<String> values(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name.equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /// One line without its CRLF. A byte over the bound of the whole head ends it.
  private static String line(InputStream in, int[] left, boolean first) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int previous = -1;
    while (true) {
      int octet = in.read();
      if (octet < 0) {
        throw first && line.size() == 0
            ? new NoResponseException()
            : new EOFException("the answer ends early");
      }
      if (--left[0] < 0) {
        throw new IOException("a head of more than " + HEAD_BYTES_MAX + " bytes");
      }
      if (octet == '\n' && previous == '\r') {
        byte[] bytes = line.toByteArray();
        return new String(bytes, 0, bytes.length - 1, ISO_8859_1);
      }
      line.write(octet);
      previous = octet;
    }
  }
}
