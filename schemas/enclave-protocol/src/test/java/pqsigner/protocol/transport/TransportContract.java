package pqsigner.protocol.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What every transport does, without a test framework, so that a small virtual machine with
/// nothing but a JDK can run it: `java -cp ... TransportContract vsock:any:0 vsock:1`.
final class TransportContract {
  private static final Duration PROMPTLY = Duration.ofSeconds(20);
  private static final int MEBIBYTE = 1 << 20;

  /// Two ends of one transport.
  interface Ends {
    Listener listen() throws IOException;

    /// @param listener where that one listens, or listened
    Connection connect(EndpointAddress listener, Duration timeout) throws IOException;
  }

  /// One clause of the contract.
  interface Clause {
    void check() throws Exception;
  }

  private final Ends ends;

  TransportContract(Ends ends) {
    this.ends = ends;
  }

  /// @param args where to listen, and, for vsock, the CID to connect to (1 is the machine itself)
  public static void main(String[] args) throws Exception {
    EndpointAddress address = EndpointAddress.parse(args[0]);
    int cid = args.length > 1 ? Integer.parseUnsignedInt(args[1]) : 1;
    for (var clause : new TransportContract(ends(address, cid)).clauses().entrySet()) {
      clause.getValue().check();
      System.out.println("ok " + clause.getKey());
    }
    System.out.println("TRANSPORT CONTRACT OK " + address);
  }

  /// The production transports.
  ///
  /// @param cid what a vsock listener on any CID is reached by
  static Ends ends(EndpointAddress address, int cid) {
    return new Ends() {
      @Override
      public Listener listen() throws IOException {
        return Transport.listen(address);
      }

      @Override
      public Connection connect(EndpointAddress listener, Duration timeout) throws IOException {
        return Transport.connect(
            listener instanceof EndpointAddress.Vsock vsock
                ? new EndpointAddress.Vsock(cid, vsock.port())
                : listener,
            timeout);
      }
    };
  }

  Map<String, Clause> clauses() {
    Map<String, Clause> clauses = new LinkedHashMap<>();
    clauses.put("an echo comes back", this::anEchoComesBack);
    clauses.put("a mebibyte goes both ways at once", this::aMebibyteGoesBothWaysAtOnce);
    clauses.put("writes of two threads do not mix", this::writesOfTwoThreadsDoNotMix);
    clauses.put("closing wakes a blocked reader", this::closingWakesABlockedReader);
    clauses.put("closing wakes a blocked writer", this::closingWakesABlockedWriter);
    clauses.put("closing wakes a blocked accept", this::closingWakesABlockedAccept);
    clauses.put("nobody there fails in time", this::nobodyThereFailsInTime);
    clauses.put("ending one half leaves the other", this::endingOneHalfLeavesTheOther);
    clauses.put("a read times out and can go on", this::aReadTimesOutAndCanGoOn);
    clauses.put("a peer that left ends reads and writes", this::aPeerThatLeftEndsReadsAndWrites);
    clauses.put("a closed connection refuses", this::aClosedConnectionRefuses);
    clauses.put("a listener takes one after the other", this::aListenerTakesOneAfterTheOther);
    clauses.put("a read of nothing reads nothing", this::aReadOfNothingReadsNothing);
    return clauses;
  }

  void anEchoComesBack() throws Exception {
    try (Pair pair = new Pair()) {
      pair.near.output().write(200);
      pair.near.output().write(new byte[] {1, 2, 3, 4, 5}, 1, 3);
      expect(pair.far.input().read(), 200);
      expect(Arrays.toString(pair.far.input().readNBytes(3)), "[2, 3, 4]");
      pair.far.output().write(new byte[] {5, 6});
      expect(Arrays.toString(pair.near.input().readNBytes(2)), "[5, 6]");
    }
  }

  void aMebibyteGoesBothWaysAtOnce() throws Exception {
    byte[] there = pattern(1);
    byte[] back = pattern(2);
    try (Pair pair = new Pair()) {
      Task<Void> near = Task.start(() -> write(pair.near, there));
      Task<Void> far = Task.start(() -> write(pair.far, back));
      Task<byte[]> nearRead = Task.start(() -> pair.near.input().readNBytes(MEBIBYTE));
      expect(Arrays.equals(readInPieces(pair.far.input()), there), true);
      expect(Arrays.equals(nearRead.get(), back), true);
      near.get();
      far.get();
    }
  }

  /// Pieces of odd sizes, one byte among them.
  private static byte[] readInPieces(InputStream in) throws IOException {
    byte[] all = new byte[MEBIBYTE];
    int at = 0;
    for (int round = 0; at < all.length; round++) {
      int count = in.read(all, at, Math.min(all.length - at, 1 + (round * 7919) % 40_000));
      expect(count > 0, true);
      at += count;
    }
    return all;
  }

  void writesOfTwoThreadsDoNotMix() throws Exception {
    byte[] ones = new byte[MEBIBYTE];
    Arrays.fill(ones, (byte) 1);
    try (Pair pair = new Pair()) {
      Task<Void> first = Task.start(() -> write(pair.near, ones));
      Task<Void> second = Task.start(() -> write(pair.near, new byte[MEBIBYTE]));
      byte[] all = pair.far.input().readNBytes(2 * MEBIBYTE);
      for (int i = 1; i < all.length; i++) {
        if (i != MEBIBYTE && all[i] != all[i - 1]) {
          throw new AssertionError("the bytes of two writes are mixed at " + i);
        }
      }
      first.get();
      second.get();
    }
  }

  /// Before or after the reader blocks: both must end, and the pause only varies which is met.
  void closingWakesABlockedReader() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (Pair pair = new Pair()) {
        CountDownLatch reading = new CountDownLatch(1);
        Task<Integer> reader =
            Task.start(
                () -> {
                  reading.countDown();
                  return pair.near.input().read();
                });
        reading.await();
        LockSupport.parkNanos(round * 1_000_000L);
        pair.near.close();
        reader.failsWith(IOException.class);
      }
    }
  }

  void closingWakesABlockedWriter() throws Exception {
    try (Pair pair = new Pair()) {
      CountDownLatch writing = new CountDownLatch(1);
      Task<Void> writer =
          Task.start(
              () -> {
                // Far more than the kernel buffers, and nobody reads.
                for (int i = 0; i < 64; i++) {
                  write(pair.near, new byte[MEBIBYTE]);
                  writing.countDown();
                }
                return null;
              });
      // On small buffers not even the first write ends.
      boolean ignored = writing.await(50, TimeUnit.MILLISECONDS);
      pair.near.close();
      writer.failsWith(IOException.class);
    }
  }

  void closingWakesABlockedAccept() throws Exception {
    for (int round = 0; round < 20; round++) {
      Listener listener = ends.listen();
      CountDownLatch accepting = new CountDownLatch(1);
      Task<Connection> accept =
          Task.start(
              () -> {
                accepting.countDown();
                return listener.accept();
              });
      accepting.await();
      LockSupport.parkNanos(round * 1_000_000L);
      listener.close();
      accept.failsWith(IOException.class);
      listener.close();
    }
  }

  void nobodyThereFailsInTime() throws Exception {
    Listener listener = ends.listen();
    EndpointAddress nobody = listener.address();
    listener.close();
    Task.start(() -> ends.connect(nobody, Duration.ofSeconds(3))).failsWith(IOException.class);
  }

  void endingOneHalfLeavesTheOther() throws Exception {
    try (Pair pair = new Pair()) {
      byte[] much = pattern(3);
      Task<byte[]> reader = Task.start(() -> pair.far.input().readAllBytes());
      write(pair.near, much);
      pair.near.endOutput();
      expect(Arrays.equals(reader.get(), much), true);
      expect(pair.far.input().read(), -1);
      pair.far.output().write(new byte[] {5, 6});
      expect(Arrays.toString(pair.near.input().readNBytes(2)), "[5, 6]");
      expectFailure(IOException.class, () -> pair.near.output().write(1));
      pair.far.close();
      expect(pair.near.input().read(), -1);
    }
  }

  void aReadTimesOutAndCanGoOn() throws Exception {
    try (Pair pair = new Pair()) {
      pair.near.readTimeout(Duration.ofMillis(60));
      long start = System.nanoTime();
      expectFailure(SocketTimeoutException.class, () -> pair.near.input().read());
      long waited = System.nanoTime() - start;
      expect(waited >= 55_000_000L && waited < PROMPTLY.toNanos(), true);
      pair.far.output().write(7);
      expect(pair.near.input().read(), 7);
      expectFailure(SocketTimeoutException.class, () -> pair.near.input().read(new byte[9]));

      pair.near.readTimeout(Duration.ZERO);
      Task<Integer> reader = Task.start(() -> pair.near.input().read());
      pair.far.output().write(8);
      expect(reader.get(), 8);
      expectFailure(
          IllegalArgumentException.class, () -> pair.near.readTimeout(Duration.ofNanos(-1)));
      // Less than a millisecond is not "none".
      pair.near.readTimeout(Duration.ofNanos(1));
      expectFailure(SocketTimeoutException.class, () -> pair.near.input().read());
    }
  }

  void aPeerThatLeftEndsReadsAndWrites() throws Exception {
    try (Pair pair = new Pair()) {
      pair.far.output().write(9);
      pair.far.close();
      expect(pair.near.input().read(), 9);
      expect(pair.near.input().read(), -1);
      expectFailure(
          IOException.class,
          () -> {
            // The first may still be taken by the kernel.
            while (true) {
              pair.near.output().write(new byte[4096]);
            }
          });
    }
  }

  void aClosedConnectionRefuses() throws Exception {
    try (Pair pair = new Pair()) {
      pair.near.close();
      pair.near.close();
      expectFailure(IOException.class, () -> pair.near.input().read());
      expectFailure(IOException.class, () -> pair.near.output().write(1));
      expectFailure(IOException.class, pair.near::endOutput);
    }
  }

  /// And leaves no descriptor behind.
  void aListenerTakesOneAfterTheOther() throws Exception {
    Path open = Path.of("/proc/self/fd");
    try (Listener listener = ends.listen()) {
      long before = Files.isDirectory(open) ? count(open) : 0;
      List<Connection> together = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Task<Connection> accept = Task.start(listener::accept);
        Connection near = ends.connect(listener.address(), PROMPTLY);
        Connection far = accept.get();
        near.output().write(i);
        expect(far.input().read(), i);
        if (i % 20 == 0) {
          together.add(near);
          together.add(far);
        } else {
          near.close();
          far.close();
        }
      }
      for (Connection connection : together) {
        connection.close();
      }
      long after = Files.isDirectory(open) ? count(open) : 0;
      expect(after < before + 50, true);
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  void aReadOfNothingReadsNothing() throws Exception {
    try (Pair pair = new Pair()) {
      expect(pair.near.input().read(new byte[0]), 0);
      pair.near.output().write(new byte[0]);
      expectFailure(
          IndexOutOfBoundsException.class, () -> pair.near.input().read(new byte[2], 1, 2));
      expectFailure(
          IndexOutOfBoundsException.class, () -> pair.near.output().write(new byte[2], 1, 2));
    }
  }

  /// A connection from both ends.
  private final class Pair implements Closeable {
    final Connection near;
    final Connection far;

    Pair() throws Exception {
      try (Listener listener = ends.listen()) {
        Task<Connection> accept = Task.start(listener::accept);
        near = ends.connect(listener.address(), PROMPTLY);
        far = accept.get();
      }
    }

    @Override
    public void close() throws IOException {
      near.close();
      far.close();
    }
  }

  /// Work on a platform thread of its own, that must end promptly.
  private static final class Task<T> {
    private final FutureTask<T> result;

    private Task(Callable<T> work) {
      result = new FutureTask<>(work);
    }

    static <T> Task<T> start(Callable<T> work) {
      Task<T> task = new Task<>(work);
      Thread.ofPlatform().daemon().start(task.result);
      return task;
    }

    T get() throws Exception {
      return result.get(PROMPTLY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void failsWith(Class<? extends Exception> type) throws Exception {
      try {
        T value = get();
        throw new AssertionError("no " + type.getSimpleName() + " but " + value);
      } catch (ExecutionException e) {
        if (!type.isInstance(e.getCause())) {
          throw e;
        }
      }
    }
  }

  private static Void write(Connection to, byte[] bytes) throws IOException {
    OutputStream out = to.output();
    out.write(bytes);
    return null;
  }

  private static byte[] pattern(int seed) {
    byte[] bytes = new byte[MEBIBYTE];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void expect(Object actual, Object expected) {
    if (!actual.equals(expected)) {
      throw new AssertionError(actual + " is not " + expected);
    }
  }

  private static void expectFailure(Class<? extends Exception> type, Clause clause)
      throws Exception {
    try {
      clause.check();
    } catch (Exception e) {
      if (type.isInstance(e)) {
        return;
      }
      throw e;
    }
    throw new AssertionError("no " + type.getSimpleName());
  }
}
