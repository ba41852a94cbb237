package pqsigner.enclave.residue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Searches the writable memory of another process.
final class ProcessMemory {
  private static final int CHUNK = 1 << 20;
  private static final int OVERLAP = 256;

  private final long pid;

  ProcessMemory(long pid) {
    this.pid = pid;
  }

  record Hit(String name, long address, String region) {}

  /// Sees a piece of memory; the bytes from `starts` on are seen again as the next piece's first.
  private interface Visitor {
    void visit(byte[] window, int length, int starts, long address, String region);
  }

  /// Where each of the named byte strings is found, in one pass: nearly everywhere two bytes tell
  /// that none of them begins there.
  List<Hit> find(Map<String, byte[]> patterns) throws IOException {
    boolean[] begins = new boolean[1 << Short.SIZE];
    patterns.values().forEach(bytes -> begins[twoBytes(bytes, 0)] = true);
    List<Hit> hits = new ArrayList<>();
    walk(
        (window, length, starts, address, region) -> {
          int last = Math.min(starts, length - 1);
          for (int i = 0; i < last; i++) {
            if (begins[twoBytes(window, i)]) {
              for (Map.Entry<String, byte[]> pattern : patterns.entrySet()) {
                if (isAt(window, length, i, pattern.getValue())) {
                  hits.add(new Hit(pattern.getKey(), address + i, region));
                }
              }
            }
          }
        });
    return hits;
  }

  private static int twoBytes(byte[] window, int at) {
    return (window[at] & 0xff) << Byte.SIZE | (window[at + 1] & 0xff);
  }

  private static boolean isAt(byte[] window, int length, int at, byte[] pattern) {
    int end = at + pattern.length;
    return end <= length && Arrays.equals(window, at, end, pattern, 0, pattern.length);
  }

  /// Where a prime factor of this RSA modulus is found, whoever wrote it in whatever way.
  List<Hit> findFactors(BigInteger modulus) throws IOException {
    RsaFactor factor = new RsaFactor(modulus);
    List<Hit> hits = new ArrayList<>();
    walk(
        (window, length, starts, address, region) -> {
          int last = Math.min(starts, length - factor.bytes() + 1);
          for (int at : factor.positions(window, last)) {
            hits.add(new Hit("RSA prime", address + at, region));
          }
        });
    return hits;
  }

  private void walk(Visitor visitor) throws IOException {
    try (FileChannel memory =
        FileChannel.open(Path.of("/proc/" + pid + "/mem"), StandardOpenOption.READ)) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        String[] fields = line.split("\\s+", 6);
        if (fields[1].startsWith("rw")) {
          String[] range = fields[0].split("-", 2);
          walk(
              memory,
              Long.parseUnsignedLong(range[0], 16),
              Long.parseUnsignedLong(range[1], 16),
              fields.length > 5 && !fields[5].isEmpty() ? fields[5] : "anonymous",
              visitor);
        }
      }
    }
  }

  static Map<String, Integer> counts(List<Hit> hits) {
    Map<String, Integer> counts = new TreeMap<>();
    hits.forEach(hit -> counts.merge(hit.name, 1, Integer::sum));
    return counts;
  }

  private static void walk(FileChannel memory, long from, long to, String region, Visitor visitor) {
    byte[] window = new byte[CHUNK + OVERLAP];
    for (long at = from; at < to; at += CHUNK) {
      int wanted = (int) Math.min(window.length, to - at);
      int length;
      try {
        length = memory.read(ByteBuffer.wrap(window, 0, wanted), at);
      } catch (IOException e) {
        continue; // a page that was never touched, or was just given back
      }
      visitor.visit(window, length, (int) Math.min(CHUNK, to - at), at, region);
    }
  }
}
