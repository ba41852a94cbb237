package pqsigner.enclave.boot;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.stream.IntStream;

/// Has the C library overwrite each piece of memory that is given back to it.
///
/// Native code is handed Java arrays as copies in the C library's heap, which the JVM gives back as
/// they are: after 60 signatures half a data key was left in 32 such pieces, one for each thread
/// that opens keys, for as long as the process lived. No collector and no code of ours reaches
/// them.
@SuppressWarnings("restricted") // asking the C library is what this class is for
public final class FreedMemory {
  private static final String VARIABLE = "GLIBC_TUNABLES";

  /// `perturb`: what is given back is filled with this byte (glibc manual, "Memory Allocation
  /// Tunables"). The thread cache takes pieces past that, so there is none.
  private static final String VALUE = "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0";

  /// What a data key and its padding take.
  private static final int BYTES = 48;

  private static final byte MARK = 0x6B;

  /// Another thread may come between.
  private static final int TRIES = 1000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("malloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

  private FreedMemory() {}

  /// What a process that holds keys is started with; the library reads it before anything else.
  public static Map<String, String> environment() {
    return Map.of(VARIABLE, VALUE);
  }

  /// Tried out, since tunables are no stable interface of the library: what is written into a piece
  /// of memory, and is still there when the same piece is had again, was not overwritten.
  static boolean isOverwritten() {
    try {
      for (int i = 0; i < TRIES; i++) {
        MemorySegment first = allocate();
        first.fill(MARK);
        FREE.invokeExact(first);
        MemorySegment second = allocate();
        boolean same = second.address() == first.address();
        boolean marked =
            IntStream.range(0, BYTES).anyMatch(at -> second.get(JAVA_BYTE, at) == MARK);
        FREE.invokeExact(second);
        if (same) {
          return !marked;
        }
      }
      return false;
    } catch (Throwable e) {
      throw new IllegalStateException("the C library cannot be called", e);
    }
  }

  private static MemorySegment allocate() throws Throwable {
    MemorySegment piece = (MemorySegment) MALLOC.invokeExact((long) BYTES);
    if (piece.address() == 0) {
      throw new OutOfMemoryError();
    }
    return piece.reinterpret(BYTES);
  }
}
