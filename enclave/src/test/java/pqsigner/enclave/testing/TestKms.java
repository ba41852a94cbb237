package pqsigner.enclave.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.transport.EndpointAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Speaks as much of the KMS's JSON protocol over TLS as these tests need, and misbehaves as told.
/// It keeps no policy: that is what the local stack's KMS is for.
public final class TestKms implements AutoCloseable {
  public static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  public static final String REGION = "eu-central-1";
  public static final String HOST = "kms.eu-central-1.amazonaws.com";

  private static final JsonMapper JSON = JsonMapper.shared();

  /// @param operation `Decrypt` or `GenerateDataKey`
  public record Call(String operation, Map<String, String> headers, JsonNode body) {
    public byte[] document() {
      return base64(body.get("Recipient").get("AttestationDocument"));
    }
  }

  public record Reply(int status, String body, Map<String, String> headers) {
    public static Reply ok(ObjectNode body) {
      return new Reply(200, body.toString(), Map.of());
    }

    public static Reply error(int status, String type) {
      return new Reply(
          status,
          JSON.createObjectNode().put("__type", type).put("message", "as told").toString(),
          Map.of());
    }
  }

  /// Answers one request; null lets the connection end without an answer.
  @FunctionalInterface
  public interface Behaviour {
    @Nullable Reply answer(Call call) throws Exception;
  }

  /// Takes over the whole connection once a request was read.
  @FunctionalInterface
  public interface RawBehaviour {
    void answer(OutputStream out) throws Exception;
  }

  private record Blob(byte[] dataKey, String context) {}

  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, Blob> blobs = new ConcurrentHashMap<>();
  private final byte[] contentKey = random(32);
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Behaviour behaviour = this::honest;
  private volatile @Nullable RawBehaviour raw;

  public TestKms(TestCertificates authority, Provider conscrypt, String... names)
      throws IOException, GeneralSecurityException {
    this(authority.server(conscrypt, names[0], names));
  }

  public TestKms(SSLContext context) throws IOException {
    server = context.getServerSocketFactory().createServerSocket(0, 50, loopback());
    start();
  }

  /// A server that speaks no TLS at all.
  public TestKms() throws IOException {
    server = new ServerSocket(0, 50, loopback());
    start();
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private void start() {
    Thread.ofPlatform().daemon().name("test-kms").start(this::acceptAll);
  }

  public EndpointAddress address() {
    return new EndpointAddress.Tcp("127.0.0.1", server.getLocalPort());
  }

  public void behave(Behaviour other) {
    behaviour = other;
  }

  public void behaveRaw(RawBehaviour other) {
    raw = other;
  }

  public Queue<Call> calls() {
    return calls;
  }

  public int connections() {
    return connections.get();
  }

  /// Ends all open connections, as a server does that was idle for too long.
  public void dropConnections() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /// What a KMS would do with an enclave that satisfies its policy.
  public @Nullable Reply honest(Call call) {
    byte[] publicKey = FakeNsm.field(call.document(), "public_key");
    return switch (call.operation()) {
      case "GenerateDataKey" -> {
        byte[] dataKey = random(32);
        byte[] blob = random(64);
        blobs.put(encode(blob), new Blob(dataKey, context(call)));
        yield released(publicKey, dataKey, blob, contentKey);
      }
      case "Decrypt" -> {
        Blob blob = blobs.get(call.body().get("CiphertextBlob").asString());
        yield blob == null || !blob.context.equals(context(call))
            ? Reply.error(400, "InvalidCiphertextException")
            : released(publicKey, blob.dataKey, null, contentKey);
      }
      default -> Reply.error(400, "UnsupportedOperationException");
    };
  }

  /// The data key of a blob, for tests that forge records.
  public byte[] dataKey(byte[] blob) {
    return java.util.Objects.requireNonNull(blobs.get(encode(blob))).dataKey.clone();
  }

  /// Under which the honest answers' data keys travel, inside what is encrypted to the recipient.
  public byte[] contentKey() {
    return contentKey.clone();
  }

  public static Reply released(byte[] publicKey, byte[] dataKey, byte @Nullable [] blob) {
    return released(publicKey, dataKey, blob, random(32));
  }

  private static Reply released(
      byte[] publicKey, byte[] dataKey, byte @Nullable [] blob, byte[] contentKey) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("KeyId", ARN)
            .put(
                "CiphertextForRecipient", encode(AwsEnvelope.seal(publicKey, dataKey, contentKey)));
    return Reply.ok(blob == null ? body : body.put("CiphertextBlob", encode(blob)));
  }

  private static String context(Call call) {
    Map<String, String> sorted = new TreeMap<>();
    call.body()
        .get("EncryptionContext")
        .properties()
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asString()));
    return sorted.toString();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        Thread.ofPlatform().daemon().name("test-kms-connection").start(() -> serve(socket));
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Call call = read(in); call != null; call = read(in)) {
        calls.add(call);
        RawBehaviour takeOver = raw;
        if (takeOver != null) {
          takeOver.answer(socket.getOutputStream());
          return;
        }
        Reply reply = behaviour.answer(call);
        if (reply == null) {
          return;
        }
        write(socket.getOutputStream(), reply);
      }
    } catch (IOException e) {
      // The client has had enough, which is often what a test wants.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      sockets.remove(socket);
    }
  }

  private static void write(OutputStream out, Reply reply) throws IOException {
    byte[] body = reply.body.getBytes(UTF_8);
    StringBuilder head =
        new StringBuilder("HTTP/1.1 ")
            .append(reply.status)
            .append(" OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: ")
            .append(body.length)
            .append("\r\n");
    reply.headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    out.write(body);
    out.flush();
  }

  private static @Nullable Call read(InputStream in) throws IOException {
    if (!"POST / HTTP/1.1".equals(line(in))) {
      return null; // the end, or no HTTP: a ClientHello may hold any byte, line feeds and colons
      // too
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !"".equals(line); line = line(in)) {
      int colon = line == null ? -1 : line.indexOf(':');
      if (line == null || colon < 0) {
        return null;
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    JsonNode body = JSON.readTree(in.readNBytes(length));
    String target = headers.getOrDefault("x-amz-target", "");
    return new Call(target.replace("TrentService.", ""), headers, body);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString().strip();
      }
      line.append((char) c);
    }
    return null;
  }

  private static byte[] base64(JsonNode text) {
    return Base64.getDecoder().decode(text.asString());
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() {
    try {
      server.close();
      dropConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
