package pqsigner.attestation.nitro;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.nitro.Verification.Rejected;

/// Genuine documents with some bytes changed. None may verify, and nothing but a rejection may come
/// out.
class MutationTest {
  private static final int MUTATIONS = 1500;

  private static final AttestationVerifier VERIFIER =
      new AttestationVerifier(InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));

  private static final AttestationPolicy POLICY =
      AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves())
          .at(EvaluationTime.atDocumentTime())
          .allowDebug(true);

  @ParameterizedTest
  @ValueSource(strings = {"base-org", "mystenlabs", "dstack-tee"})
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void noMutationOfAGenuineDocumentVerifies(String name) {
    byte[] genuine = SharedVectors.named(name).bytes();
    Random random = new Random(0x5EED ^ name.hashCode());
    Set<RejectionReason> reasons = EnumSet.noneOf(RejectionReason.class);

    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutant = mutate(genuine, random);
      Verification verification = VERIFIER.verify(mutant, POLICY);

      assertThat(verification).as("mutation %d of %s", i, name).isInstanceOf(Rejected.class);
      reasons.add(((Rejected) verification).reason());
    }

    // The mutations reach every stage: encoding, syntax, certificates and signatures.
    assertThat(reasons)
        .contains(
            RejectionReason.CBOR_TRUNCATED,
            RejectionReason.ROOT_NOT_TRUSTED,
            RejectionReason.CERTIFICATE_MALFORMED,
            RejectionReason.CHAIN_SIGNATURE,
            RejectionReason.SIGNATURE)
        .hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mystenlabs", "tkhq_b1086cbb"})
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void noPrefixOfAGenuineDocumentVerifies(String name) {
    byte[] genuine = SharedVectors.named(name).bytes();

    for (int length = 0; length < genuine.length; length++) {
      assertThat(VERIFIER.verify(Arrays.copyOf(genuine, length), POLICY))
          .isInstanceOf(Rejected.class);
    }
  }

  /// One to three small changes, each of which changes the bytes.
  private static byte[] mutate(byte[] genuine, Random random) {
    byte[] mutant = genuine;
    do {
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        mutant = change(mutant, random);
      }
    } while (Arrays.equals(mutant, genuine));
    return mutant;
  }

  private static byte[] change(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    byte[] changed = bytes.clone();
    return switch (random.nextInt(6)) {
      case 0 -> insert(bytes, at, (byte) random.nextInt());
      case 1 -> delete(bytes, at, 1 + random.nextInt(4));
      case 2 -> {
        changed[at] = (byte) random.nextInt();
        yield changed;
      }
      default -> {
        changed[at] ^= (byte) (1 << random.nextInt(8));
        yield changed;
      }
    };
  }

  private static byte[] insert(byte[] bytes, int at, byte value) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
    longer[at] = value;
    return longer;
  }

  private static byte[] delete(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, shorter, at, bytes.length - end);
    return shorter;
  }
}
