package pqsigner.enclave.nsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.nsm.NsmException.Code;

/// `/dev/nsm`, through one ioctl:
///
/// ```
/// _IOWR(0x0A, 0, struct nsm_raw) = 0xC0200A00
///
///  0  u64 request address     8  u64 request length     at most 0x1000
/// 16  u64 response address   24  u64 response length    in: capacity, out: bytes written
/// ```
///
/// The driver cuts an answer that does not fit and says nothing, so the whole 0x3000 bytes are
/// always offered, and the codec takes no cut encoding. The driver serialises calls by itself. The
/// call blocks its carrier: use platform threads.
@SuppressWarnings("restricted") // calling the driver is what this class is for
public final class DeviceNsm implements Nsm, AutoCloseable {
  public static final Path DEVICE = Path.of("/dev/nsm");

  private static final long NSM_RAW = 0xC0200A00L;
  private static final int REQUEST_BYTES_MAX = 0x1000;
  private static final int RESPONSE_BYTES_MAX = 0x3000;
  private static final int O_RDWR_CLOEXEC = 2 | 0x80000;

  private static final int EINTR = 4;
  private static final int EMSGSIZE = 90;
  private static final int ETIMEDOUT = 110;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int descriptor;

  private DeviceNsm(int descriptor) {
    this.descriptor = descriptor;
  }

  /// @throws NsmException UNAVAILABLE when there is no such device
  public static DeviceNsm open(Path device) throws NsmException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int descriptor =
          (int) OPEN.invokeExact(state, arena.allocateFrom(device.toString()), O_RDWR_CLOEXEC);
      if (descriptor < 0) {
        throw new NsmException(Code.UNAVAILABLE, device + ", errno " + state.get(JAVA_INT, 0));
      }
      return new DeviceNsm(descriptor);
    } catch (NsmException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("open(2) cannot be called", e);
    }
  }

  @Override
  public Description describe() throws NsmException {
    return NsmCodec.describeNsm(exchange(new NsmRequest.DescribeNsm()));
  }

  @Override
  public Register describePcr(int index) throws NsmException {
    return NsmCodec.describePcr(exchange(new NsmRequest.DescribePcr(index)));
  }

  @Override
  public byte[] extendPcr(int index, byte[] data) throws NsmException {
    return NsmCodec.extendPcr(exchange(new NsmRequest.ExtendPcr(index, data)));
  }

  @Override
  public void lockPcr(int index) throws NsmException {
    NsmCodec.lockPcr(exchange(new NsmRequest.LockPcr(index)));
  }

  @Override
  public byte[] random() throws NsmException {
    return NsmCodec.getRandom(exchange(new NsmRequest.GetRandom()));
  }

  @Override
  public byte[] attest(
      byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey)
      throws NsmException {
    requireAtMost(userData, USER_DATA_BYTES_MAX);
    requireAtMost(nonce, NONCE_BYTES_MAX);
    requireAtMost(publicKey, PUBLIC_KEY_BYTES_MAX);
    return NsmCodec.attestation(exchange(new NsmRequest.Attestation(userData, nonce, publicKey)));
  }

  private byte[] exchange(NsmRequest request) throws NsmException {
    byte[] encoded = NsmCodec.encode(request);
    if (encoded.length > REQUEST_BYTES_MAX) {
      throw new NsmException(Code.INPUT_TOO_LARGE, encoded.length + " bytes");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment response = arena.allocate(RESPONSE_BYTES_MAX);
      MemorySegment raw = arena.allocate(32, 8);
      raw.set(JAVA_LONG, 0, arena.allocateFrom(JAVA_BYTE, encoded).address());
      raw.set(JAVA_LONG, 8, encoded.length);
      raw.set(JAVA_LONG, 16, response.address());
      raw.set(JAVA_LONG, 24, RESPONSE_BYTES_MAX);
      ioctl(arena.allocate(Linker.Option.captureStateLayout()), raw);
      long written = raw.get(JAVA_LONG, 24);
      if (written < 0 || written > RESPONSE_BYTES_MAX) {
        throw new NsmException(Code.MALFORMED_RESPONSE, "length " + written);
      }
      return response.asSlice(0, written).toArray(JAVA_BYTE);
    }
  }

  private void ioctl(MemorySegment state, MemorySegment raw) throws NsmException {
    int errno;
    do {
      errno = callIoctl(state, raw);
    } while (errno == EINTR);
    switch (errno) {
      case 0 -> {}
      case EMSGSIZE -> throw new NsmException(Code.INPUT_TOO_LARGE, "said by the driver");
      case ETIMEDOUT -> throw new NsmException(Code.TIMEOUT, "said by the driver");
      default -> throw new NsmException(Code.INTERNAL_ERROR, "errno " + errno);
    }
  }

  private int callIoctl(MemorySegment state, MemorySegment raw) {
    try {
      int result = (int) IOCTL.invokeExact(state, descriptor, NSM_RAW, raw);
      return result == 0 ? 0 : state.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw new AssertionError("ioctl(2) cannot be called", e);
    }
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new AssertionError("close(2) cannot be called", e);
    }
  }

  private static void requireAtMost(byte @Nullable [] field, int bytesMax) throws NsmException {
    if (field != null && field.length > bytesMax) {
      throw new NsmException(Code.INVALID_ARGUMENT, "field longer than " + bytesMax + " bytes");
    }
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option variadic) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), descriptor, variadic, ERRNO);
  }
}
