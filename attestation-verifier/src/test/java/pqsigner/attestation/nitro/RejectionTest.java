package pqsigner.attestation.nitro;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Payloads.setPcr;
import static pqsigner.attestation.nitro.Wrong.ENCLAVE;
import static pqsigner.attestation.nitro.Wrong.NOW;
import static pqsigner.attestation.nitro.Wrong.PAYLOAD;
import static pqsigner.attestation.nitro.Wrong.POLICY;
import static pqsigner.attestation.nitro.Wrong.zero;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.nitro.Verification.Rejected;
import pqsigner.attestation.nitro.Verification.Verified;

/// Documents with exactly one thing wrong, properly signed wherever that is possible.
class RejectionTest {
  static Stream<Wrong> wrong() {
    return Stream.of(
            WrongEncodings.encoding(),
            WrongEncodings.envelope(),
            WrongFields.fields(),
            WrongFields.registers(),
            WrongCertificates.chain(),
            WrongCertificates.leaf(),
            WrongForPolicy.policy())
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource
  void wrong(Wrong wrong) {
    Verification verification =
        new AttestationVerifier(InstantSource.fixed(wrong.now()))
            .verify(wrong.document(), wrong.policy());

    assertThat(verification)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(wrong.reason());
              assertThat(rejected.detail()).isNotBlank();
            });
  }

  @Test
  void everyReasonHasAWrongDocument() {
    assertThat(wrong().map(Wrong::reason).collect(Collectors.toSet()))
        .isEqualTo(EnumSet.allOf(RejectionReason.class));
  }

  @Test
  void codesAreStable() {
    assertThat(RejectionReason.CABUNDLE_CERTIFICATE_SIZE.code())
        .isEqualTo("cabundle_certificate_size");
    assertThat(Stream.of(RejectionReason.values()).map(RejectionReason::code))
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("[a-z0-9]+(_[a-z0-9]+)*"));
  }

  @Test
  void theUnchangedDocumentIsVerified() {
    assertThat(
            new AttestationVerifier(InstantSource.fixed(NOW))
                .verify(ENCLAVE.document(PAYLOAD), POLICY))
        .isInstanceOf(Verified.class);
  }

  @Test
  void theFirstOfSeveralFaultsIsTheReason() {
    LocalEnclave stranger = LocalEnclave.bornAt(NOW.minus(Duration.ofHours(1)));
    Cbor.Map everything = setPcr(set(stranger.payload(), "digest", Cbor.of("SHA256")), 0, zero());
    byte[] document = stranger.document(everything);
    document[document.length - 1] ^= 1;

    assertThat(reason(document)).isEqualTo(RejectionReason.DIGEST);
    Cbor.Map syntaxRight = set(everything, "digest", Cbor.of("SHA384"));
    assertThat(reason(stranger.document(syntaxRight))).isEqualTo(RejectionReason.ROOT_NOT_TRUSTED);
  }

  private static @Nullable RejectionReason reason(byte[] document) {
    return new AttestationVerifier(InstantSource.fixed(NOW)).verify(document, POLICY)
            instanceof Rejected rejected
        ? rejected.reason()
        : null;
  }
}
