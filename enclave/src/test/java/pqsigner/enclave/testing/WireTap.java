package pqsigner.enclave.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import pqsigner.protocol.transport.EndpointAddress;

/// The parent's proxy with open eyes: passes bytes on in both directions and keeps what it saw.
public final class WireTap implements AutoCloseable {
  private static final int SERVER_NAME = 0;
  private static final int SUPPORTED_GROUPS = 10;
  private static final int KEY_SHARE = 51;

  private final ServerSocket server;
  private final int target;
  private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
  private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream();

  public WireTap(EndpointAddress target) throws IOException {
    this.target = ((EndpointAddress.Tcp) target).port();
    this.server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("wire-tap").start(this::acceptAll);
  }

  public EndpointAddress address() {
    return new EndpointAddress.Tcp("127.0.0.1", server.getLocalPort());
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofPlatform().daemon().start(() -> pump(client, upstream, fromClient));
        Thread.ofPlatform().daemon().start(() -> pump(upstream, client, fromServer));
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  private static void pump(Socket from, Socket to, ByteArrayOutputStream seen) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        seen.write(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of them hung up.
    }
  }

  /// Everything that passed, as Latin-1.
  public String seen() {
    return fromClient.toString(ISO_8859_1) + fromServer.toString(ISO_8859_1);
  }

  /// What the ClientHello offers.
  public List<Integer> clientGroups() {
    ByteBuffer list = extension(clientHello(), SUPPORTED_GROUPS);
    list.getShort();
    List<Integer> groups = new ArrayList<>();
    while (list.hasRemaining()) {
      groups.add(Short.toUnsignedInt(list.getShort()));
    }
    return groups;
  }

  public String clientServerName() {
    ByteBuffer list = extension(clientHello(), SERVER_NAME);
    byte[] name = new byte[list.remaining() - 5];
    list.get(5, name);
    return new String(name, ISO_8859_1);
  }

  /// What the ServerHello chose.
  public int serverGroup() {
    ByteBuffer hello = ByteBuffer.wrap(fromServer.toByteArray());
    skip(hello, 5 + 4 + 2 + 32);
    skip(hello, hello.get());
    skip(hello, 2 + 1);
    return Short.toUnsignedInt(extension(hello, KEY_SHARE).getShort());
  }

  private ByteBuffer clientHello() {
    ByteBuffer hello = ByteBuffer.wrap(fromClient.toByteArray());
    skip(hello, 5 + 4 + 2 + 32);
    skip(hello, hello.get());
    skip(hello, hello.getShort());
    skip(hello, hello.get());
    return hello;
  }

  /// `hello` stands before the length of the extensions.
  private static ByteBuffer extension(ByteBuffer hello, int type) {
    int end = Short.toUnsignedInt(hello.getShort()) + hello.position();
    while (hello.position() < end) {
      int found = Short.toUnsignedInt(hello.getShort());
      int length = Short.toUnsignedInt(hello.getShort());
      if (found == type) {
        return hello.slice(hello.position(), length);
      }
      skip(hello, length);
    }
    throw new IllegalStateException("no extension " + type);
  }

  private static void skip(ByteBuffer buffer, int bytes) {
    buffer.position(buffer.position() + bytes);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
