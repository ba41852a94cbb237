package pqsigner.local.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.nitro.AttestationDocument;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.enclave.nsm.NsmException;
import pqsigner.enclave.nsm.NsmException.Code;
import pqsigner.local.enclave.DocumentWriter.PayloadMap;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;

class SimulatedNsmTest {

  private static final String ROLE = "arn:aws:iam::000000000000:role/test";
  private static final CodeMeasurement CODE =
      new CodeMeasurement(
          Pcr.measure(new byte[] {0}), Pcr.measure(new byte[] {1}), Pcr.measure(new byte[] {2}));

  @TempDir static Path directory;
  private static LocalNitroChain chain;
  private static Instant now;
  private SimulatedNsm nsm;

  @BeforeAll
  static void makeChain() throws IOException {
    now = Instant.now();
    chain = LocalPki.create(directory.resolve("pki"), List.of("a"), "eu-central-1", now).nitro();
  }

  @BeforeEach
  void boot() {
    nsm = booted(PayloadMap.INDEFINITE);
  }

  @ParameterizedTest
  @EnumSource
  void theVerifierTakesItsDocuments(PayloadMap form) throws Exception {
    nsm = booted(form);
    byte[] nonce = new byte[32];
    byte[] document = nsm.attest(new byte[] {1}, nonce, new byte[] {3});

    Verification result =
        new AttestationVerifier(() -> now)
            .verify(
                document,
                AttestationPolicy.trusting(root())
                    .images(List.of(CODE.registers()))
                    .nonce(nonce)
                    .userData(new byte[] {1})
                    .publicKey(new byte[] {3}));

    assertThat(result).isInstanceOf(Verification.Verified.class);
  }

  @Test
  void anotherRootDoesNotTakeThem() throws Exception {
    Verification result =
        new AttestationVerifier(() -> now)
            .verify(
                nsm.attest(null, null, null),
                AttestationPolicy.trusting(TrustRoot.awsNitroEnclaves()));
    assertThat(result).isInstanceOf(Verification.Rejected.class);
  }

  @Test
  void aDocumentIsWrittenLikeARealOne() throws Exception {
    byte[] document = nsm.attest(null, null, null);
    // array(4), protected {1: -35}, empty unprotected map, byte string, indefinite payload map
    assertThat(java.util.HexFormat.of().formatHex(document))
        .startsWith("8444a1013822a059")
        .contains("bf696d6f64756c655f6964");
    assertThat(java.util.HexFormat.of().formatHex(document))
        .contains("6a7075626c69635f6b6579f669757365725f64617461f6656e6f6e6365f6ff5860");
    assertThat(document.length).isBetween(4000, 6000);
  }

  @Test
  void itListsLockedRegistersOnly() throws Exception {
    assertThat(listed()).hasSize(16).doesNotContainKey(16);
    var _ = nsm.extendPcr(16, new byte[] {7});
    assertThat(listed()).hasSize(16);
    nsm.lockPcr(16);
    assertThat(listed())
        .hasSize(17)
        .containsEntry(16, Pcr.extend(new byte[Pcr.BYTES], new byte[] {7}));
    assertThat(nsm.describe().lockedPcrs()).hasSize(17).contains(16);
  }

  @Test
  void itMeasuresRoleAndInstanceAsAwsDoes() throws Exception {
    String instance = chain.moduleId().substring(0, chain.moduleId().indexOf("-enc"));
    assertThat(nsm.describePcr(3).value())
        .isEqualTo(
            Pcr.extend(
                new byte[Pcr.BYTES], ROLE.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    assertThat(nsm.describePcr(4).value())
        .isEqualTo(
            Pcr.extend(
                new byte[Pcr.BYTES],
                instance.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    assertThat(Pcr.isZero(nsm.describePcr(8).value())).isTrue();
  }

  @Test
  void aLockedRegisterIsReadOnlyForEver() throws Exception {
    assertThat(codeOf(() -> nsm.extendPcr(0, new byte[1]))).isEqualTo(Code.READ_ONLY_INDEX);
    assertThat(codeOf(() -> nsm.lockPcr(15))).isEqualTo(Code.READ_ONLY_INDEX);
    nsm.lockPcr(20);
    assertThat(codeOf(() -> nsm.extendPcr(20, new byte[1]))).isEqualTo(Code.READ_ONLY_INDEX);
  }

  @Test
  void thereAreThirtyTwoRegisters() throws Exception {
    assertThat(nsm.describePcr(31).locked()).isFalse();
    for (int index : new int[] {-1, 32}) {
      assertThat(codeOf(() -> nsm.describePcr(index))).isEqualTo(Code.INVALID_INDEX);
      assertThat(codeOf(() -> nsm.extendPcr(index, new byte[1]))).isEqualTo(Code.INVALID_INDEX);
      assertThat(codeOf(() -> nsm.lockPcr(index))).isEqualTo(Code.INVALID_INDEX);
    }
  }

  @Test
  void aFieldOfMoreThan1024BytesIsTooLarge() throws Exception {
    byte[] limit = new byte[1024];
    byte[] more = new byte[1025];
    assertThat(nsm.attest(limit, limit, limit)).isNotEmpty();
    assertThat(codeOf(() -> nsm.attest(more, null, null))).isEqualTo(Code.INPUT_TOO_LARGE);
    assertThat(codeOf(() -> nsm.attest(null, more, null))).isEqualTo(Code.INPUT_TOO_LARGE);
    assertThat(codeOf(() -> nsm.attest(null, null, more))).isEqualTo(Code.INPUT_TOO_LARGE);
  }

  @Test
  void randomnessComesAs256BytesAndDiffers() {
    assertThat(nsm.random()).hasSize(256).isNotEqualTo(nsm.random());
  }

  @Test
  void otherCodeIsAnotherImage(@TempDir Path files) throws IOException {
    Path own = Files.write(files.resolve("own.jar"), new byte[] {1});
    Path base = Files.write(files.resolve("base.jar"), new byte[] {2});
    Path extra = Files.write(files.resolve("extra.jar"), new byte[] {3});
    CodeMeasurement genuine = CodeMeasurement.of(List.of(own, base), List.of());
    CodeMeasurement rogue = CodeMeasurement.of(List.of(own, base), List.of(extra));

    assertThat(genuine.pcr0()).isEqualTo(Pcr.measure(new byte[] {2}, new byte[] {1}));
    assertThat(rogue.pcr0()).isNotEqualTo(genuine.pcr0());
    assertThat(rogue.pcr1()).isEqualTo(genuine.pcr1());
    assertThat(rogue.pcr2()).isNotEqualTo(genuine.pcr2());

    Files.write(base, new byte[] {4});
    assertThat(CodeMeasurement.of(List.of(own, base), List.of()).pcr0())
        .isNotEqualTo(genuine.pcr0());
  }

  private Map<Integer, byte[]> listed() throws Exception {
    return AttestationDocument.parseUnverified(nsm.attest(null, null, null)).pcrs();
  }

  private static SimulatedNsm booted(PayloadMap form) {
    var documents =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            form);
    return new SimulatedNsm(
        documents, SimulatedEnclaveMain.bootRegisters(CODE, ROLE, chain.moduleId()), () -> now);
  }

  private static TrustRoot root() throws IOException {
    return TrustRoot.of(Files.readAllBytes(chain.root()));
  }

  private interface Call {
    void run() throws Exception;
  }

  private static Code codeOf(Call call) {
    return catchThrowableOfType(NsmException.class, call::run).code();
  }
}
