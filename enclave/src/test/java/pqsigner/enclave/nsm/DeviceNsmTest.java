package pqsigner.enclave.nsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.nsm.NsmException.Code;
import pqsigner.enclave.testing.FakeNsm;

/// What can be shown without the device; a virtual machine with a stand-in for the driver shows the
/// rest.
class DeviceNsmTest {

  @Test
  void withoutADeviceThereIsNoNsm() {
    assertThatThrownBy(() -> DeviceNsm.open(Path.of("/nonexistent/nsm")))
        .isInstanceOfSatisfying(
            NsmException.class, e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE));
  }

  /// /dev/null takes the open and refuses the ioctl with ENOTTY: the call and its errno are real.
  @Test
  void anErrnoOfTheDriverIsAnErrorOfTheModule() throws NsmException {
    try (DeviceNsm nsm = DeviceNsm.open(Path.of("/dev/null"))) {
      assertThatThrownBy(nsm::describe)
          .isInstanceOfSatisfying(
              NsmException.class,
              e -> {
                assertThat(e.code()).isEqualTo(Code.INTERNAL_ERROR);
                assertThat(e).hasMessageContaining("errno 25");
              });
    }
  }

  @Test
  void fieldsBeyondTheirBoundAreNotEvenSent() throws NsmException {
    try (DeviceNsm nsm = DeviceNsm.open(Path.of("/dev/null"))) {
      assertRefused(Code.INVALID_ARGUMENT, () -> nsm.attest(new byte[513], null, null));
      assertRefused(Code.INVALID_ARGUMENT, () -> nsm.attest(null, new byte[513], null));
      assertRefused(Code.INVALID_ARGUMENT, () -> nsm.attest(null, null, new byte[1025]));
      assertRefused(Code.INTERNAL_ERROR, () -> nsm.attest(new byte[512], new byte[512], null));
      assertRefused(Code.INPUT_TOO_LARGE, () -> nsm.extendPcr(16, new byte[0x1000]));
    }
  }

  private static void assertRefused(
      Code code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(NsmException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void theGeneratorIsSeededAndDoesNotRepeat() throws NsmException {
    FakeNsm nsm = new FakeNsm();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      SecureRandom random = NsmEntropy.drbg(nsm);
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      assertThat(seen.add(HexFormat.of().formatHex(bytes))).isTrue();
    }
  }
}
