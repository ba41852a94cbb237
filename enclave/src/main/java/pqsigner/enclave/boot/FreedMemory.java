package pqsigner.enclave.boot;

import java.util.Map;

/// Has the C library overwrite each piece of memory that is given back to it.
///
/// Native code is handed Java arrays as copies in the C library's heap, which the JVM gives back as
/// they are: after 60 signatures half a data key was left in 32 such pieces, one for each thread
/// that opens keys, for as long as the process lived. No collector and no code of ours reaches
/// them.
public final class FreedMemory {
  static final String VARIABLE = "GLIBC_TUNABLES";

  /// `perturb`: what is given back is filled with this byte (glibc manual, "Memory Allocation
  /// Tunables"). The thread cache takes pieces past that, so there is none.
  static final String VALUE = "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0";

  private FreedMemory() {}

  /// What a process that holds keys is started with; the library reads it before anything else.
  public static Map<String, String> environment() {
    return Map.of(VARIABLE, VALUE);
  }

  public static boolean isOverwritten(Map<String, String> environment) {
    return VALUE.equals(environment.get(VARIABLE));
  }
}
