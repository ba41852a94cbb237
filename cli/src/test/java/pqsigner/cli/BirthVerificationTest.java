package pqsigner.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.SealedKey;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.SimulatedNsm;
import pqsigner.local.pki.LocalNitroChain;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;
import tools.jackson.databind.JsonNode;

/// Births of both statement versions, as a custodian checks what the API told.
final class BirthVerificationTest {
  private static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  private static final byte[] PUBLIC_KEY = new byte[1312];
  private static final byte[] SEALED = SealedKey.sha256(new byte[184], new byte[60]);
  private static final BirthStatement V1 =
      new BirthStatement("custodian-a", "wallet-1", "ML-DSA-44", 1, PUBLIC_KEY, ARN);

  /// The chain is good for a day from here.
  private static Instant born;

  @TempDir static Path folder;
  private static LocalNitroChain chain;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeChainAndKey() throws IOException {
    born = Instant.now().minus(Duration.ofHours(1));
    chain = LocalPki.create(folder.resolve("pki"), List.of("a"), "eu-central-1", born).nitro();
    Files.write(folder.resolve("key.raw"), PUBLIC_KEY);
  }

  private static void document(BirthStatement statement, byte @Nullable [] nonce) throws Exception {
    document(statement, nonce, InstantSource.system());
  }

  private static void document(
      BirthStatement statement, byte @Nullable [] nonce, InstantSource clock) throws Exception {
    DocumentWriter documents =
        new DocumentWriter(
            chain.moduleId(),
            Pem.certificates(chain.caBundle()),
            Pem.certificate(chain.leaf().certificate()),
            Pem.privateKey(chain.leaf().key()),
            DocumentWriter.PayloadMap.INDEFINITE);
    byte[] register = Pcr.extend(new byte[Pcr.BYTES], "image".getBytes(US_ASCII));
    SimulatedNsm nsm =
        new SimulatedNsm(documents, Map.of(0, register, 1, register, 2, register), clock);
    Files.write(folder.resolve("birth.cose"), nsm.attest(statement.commitment(), nonce, null));
  }

  private int verify(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "attestation",
                "verify",
                "--document",
                folder.resolve("birth.cose").toString(),
                "--root",
                chain.root().toString(),
                "--public-key",
                folder.resolve("key.raw").toString(),
                "--custodian",
                "custodian-a",
                "--user-id",
                "wallet-1",
                "--kms-key-arn",
                ARN));
    line.addAll(List.of(more));
    return PqSignerMain.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(line.toArray(String[]::new));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aDocumentOfTheFirstStatementVerifiesAndSaysWhatItDoesNotBind() throws Exception {
    document(V1, null);

    assertThat(verify()).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("VERIFIED")
        .contains("not shown   which sealed record holds the key, or for which request it was made")
        .contains("birth statement v1 binds neither, and no nonce");
    assertThat(verify("--json")).isZero();
    assertThat(
            Json.parse(out.toString().substring(out.toString().indexOf("{")).getBytes(UTF_8))
                .at("/key/birth_statement")
                .asInt())
        .isEqualTo(1);
  }

  @Test
  void aDocumentOfTheSecondStatementVerifiesWithWhatTheApiTells() throws Exception {
    document(V1.sealedAs("request-1", SEALED), new byte[32]);

    assertThat(verify("--request-id", "request-1", "--sealed-key-sha256", base64(SEALED)))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .startsWith("VERIFIED")
        .contains("for request request-1")
        .doesNotContain("birth statement v1");
    assertThat(
            verify(
                "--request-id",
                "request-1",
                "--sealed-key-sha256",
                base64(SEALED),
                "--nonce",
                "00".repeat(32)))
        .isZero();
  }

  @Test
  void aStoredBirthIsStaleAndSaysHowToJudgeIt() throws Exception {
    document(V1, null, InstantSource.fixed(born));

    assertThat(verify()).isEqualTo(1);
    assertThat(err.toString()).contains("stale", "use --at-document-time");
    assertThat(verify("--at-document-time")).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("VERIFIED  a simulated attestation document: its root is not AWS's");
  }

  @Test
  void theKeyAndItsSealedRecordAreNamedAsEverywhere() throws Exception {
    document(V1.sealedAs("request-1", SEALED), new byte[32]);
    byte[] spki = MlDsaPublicKey.decode(PUBLIC_KEY).spki();
    String fingerprint =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spki));

    verify("--request-id", "request-1", "--sealed-key-sha256", base64(SEALED));
    assertThat(out.toString())
        .contains("  fingerprint " + fingerprint)
        .contains("sealed record SHA-256 " + base64(SEALED));

    out.getBuffer().setLength(0);
    verify("--request-id", "request-1", "--sealed-key-sha256", base64(SEALED), "--json");
    JsonNode report = Json.parse(out.toString().getBytes(UTF_8));
    assertThat(report.path("fingerprint").asString()).isEqualTo(fingerprint);
    assertThat(report.at("/key/sealed_key_sha256").asString()).isEqualTo(base64(SEALED));
  }

  @Test
  void anotherSealedRecordOrRequestIsNotThatBirth() throws Exception {
    document(V1.sealedAs("request-1", SEALED), new byte[32]);
    byte[] other = SealedKey.sha256(new byte[183], new byte[61]);

    assertThat(verify("--request-id", "request-1", "--sealed-key-sha256", base64(other)))
        .isEqualTo(1);
    assertThat(verify("--request-id", "request-2", "--sealed-key-sha256", base64(SEALED)))
        .isEqualTo(1);
    assertThat(err.toString()).contains("user_data_mismatch").doesNotContain("needs --request-id");
  }

  @Test
  void whoForgetsWhatIsNewIsToldSo() throws Exception {
    document(V1.sealedAs("request-1", SEALED), new byte[32]);

    assertThat(verify()).isEqualTo(1);
    assertThat(err.toString()).contains("needs --request-id and --sealed-key-sha256");
    assertThat(verify("--request-id", "request-1")).isEqualTo(2);
    assertThat(verify("--sealed-key-sha256", base64(SEALED))).isEqualTo(2);
    assertThat(verify("--request-id", "r", "--sealed-key-sha256", "!")).isEqualTo(2);
  }
}
