package pqsigner.attestation.nitro;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.attestation.nitro.Payloads.set;
import static pqsigner.attestation.nitro.Payloads.setPcr;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.cbor.Cbor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AttestationReportTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final LocalEnclave ENCLAVE = LocalEnclave.bornAt(NOW);
  private static final AttestationPolicy POLICY = AttestationPolicy.trusting(ENCLAVE.root());
  private static final BirthStatement BIRTH =
      new BirthStatement(
          "custodian-a", "wallet-1", "ML-DSA-65", 1, new byte[1952], "arn:aws:kms:k");

  @Test
  void saysWhatWasProvedAboutAKey() {
    Verification verification =
        verify(
            set(ENCLAVE.payload(), "user_data", Cbor.of(BIRTH.commitment())),
            POLICY.birthOf(BIRTH).images(List.of(Map.of(0, LocalEnclave.pcr(0)))));

    assertThat(AttestationReport.text(verification))
        .startsWith("VERIFIED  a simulated attestation document: its root is not AWS's\n")
        .contains("not shown   an enclave at all: the root is not AWS's")
        .contains("enclave     " + LocalEnclave.MODULE_ID)
        .contains("issued      2026-11-23T12:00:00Z, 3.0 s before this check")
        .contains("live: certificates valid at 2026-11-23T12:00:03Z, at most 5 min 0 s old")
        .contains("production (PCR0, PCR1 and PCR2 are not zero)")
        .contains("given root, SHA-256 " + ENCLAVE.root().sha256())
        .contains("enclave image, one of the allowed")
        .contains("application, not compared")
        .contains("user data   48 bytes, as expected")
        .contains("ML-DSA-65 version 1 of custodian-a / wallet-1, generated in this enclave")
        .contains("under KMS key arn:aws:kms:k")
        .contains("nonce       none")
        .contains("not shown   that it was made for us: no nonce was given")
        .contains("not shown   which sealed record holds the key, or for which request it was made")
        .doesNotContain("which image ran")
        .doesNotContain("DEBUG");
  }

  @Test
  void aStatementOfTheSecondVersionNamesItsRequestAndItsSealedRecord() {
    BirthStatement birth = BIRTH.sealedAs("request-1", new byte[32]);
    Verification verification =
        verify(
            set(
                set(ENCLAVE.payload(), "user_data", Cbor.of(birth.commitment())),
                "nonce",
                Cbor.of(new byte[32])),
            POLICY.birthOf(birth).nonce(new byte[32]));

    assertThat(AttestationReport.text(verification))
        .contains("for request request-1")
        .contains("sealed record SHA-256 " + "A".repeat(43) + "=")
        .contains("nonce       32 bytes, as expected")
        .doesNotContain("which sealed record")
        .doesNotContain("made for us");
    assertThat(json(verification).at("/key/birth_statement").asInt()).isEqualTo(2);
    assertThat(json(verification).at("/key/request_id").asString()).isEqualTo("request-1");
    assertThat(json(verification).at("/key/sealed_key_sha256").asString())
        .isEqualTo("A".repeat(43) + "=");
  }

  @Test
  void aDocumentThatWasAskedForSaysSince() {
    assertThat(
            AttestationReport.text(
                verify(ENCLAVE.payload(), POLICY.at(EvaluationTime.since(NOW.minusSeconds(60))))))
        .contains("asked for at 2026-11-23T11:59:00Z: certificates valid at the document's own");
  }

  @Test
  void saysWhatNobodyAskedFor() {
    String text =
        AttestationReport.text(
            verify(
                ENCLAVE.payload(),
                POLICY.at(EvaluationTime.atDocumentTime()).pcrs(Map.of(3, LocalEnclave.pcr(3)))));

    assertThat(text)
        .contains("archived: certificates valid at the document's own time")
        .contains("parent's IAM role, as expected")
        .contains("not shown   which image ran: no PCR0 was given to compare with")
        .contains("not shown   a key: no statement or key was given to compare with")
        .doesNotContain("made for us");
  }

  @Test
  void aDebugEnclaveCannotBeOverlooked() {
    Cbor.Map payload =
        setPcr(setPcr(ENCLAVE.payload(), 0, Cbor.of(new byte[48])), 5, Cbor.of(new byte[48]));

    Verification verification = verify(payload, POLICY.allowDebug(true));

    assertThat(AttestationReport.text(verification))
        .contains("mode        DEBUG")
        .contains("PCR0        zero  enclave image, not compared")
        .contains("not shown   any property of the code")
        .doesNotContain("PCR5");
    assertThat(json(verification).get("debug_mode").asBoolean()).isTrue();
  }

  @Test
  void aRejectionIsItsReason() {
    Verification verification = verify(ENCLAVE.payload(), POLICY.nonce(new byte[32]));

    assertThat(AttestationReport.text(verification))
        .isEqualTo("REJECTED  nonce_mismatch\n  the document has none");
    assertThat(json(verification))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"verified": false, "reason": "nonce_mismatch", "detail": "the document has none"}
                    """));
  }

  @Test
  void jsonSaysTheSame() {
    JsonNode json =
        json(
            verify(
                set(ENCLAVE.payload(), "user_data", Cbor.of(BIRTH.commitment())),
                POLICY.birthOf(BIRTH)));

    assertThat(json.get("verified").asBoolean()).isTrue();
    assertThat(json.get("module_id").asString()).isEqualTo(LocalEnclave.MODULE_ID);
    assertThat(json.get("age_seconds").asInt()).isEqualTo(3);
    assertThat(json.get("live").asBoolean()).isTrue();
    assertThat(json.get("chain")).hasSize(4);
    assertThat(json.get("pcrs")).hasSize(16);
    assertThat(json.at("/pcrs/0/comparison").asString()).isEqualTo("not_compared");
    assertThat(json.at("/user_data/comparison").asString()).isEqualTo("as_expected");
    assertThat(json.has("nonce")).isFalse();
    assertThat(json.at("/key/user_id").asString()).isEqualTo("wallet-1");
    assertThat(json.at("/key/birth_statement").asInt()).isEqualTo(1);
    assertThat(json.get("not_shown")).hasSize(4);
    assertThat(json.get("simulated").asBoolean()).isTrue();
  }

  @Test
  void agesAreReadable() {
    LocalEnclave early =
        ENCLAVE.leaf(c -> c.validity(NOW.minusSeconds(600), NOW.plusSeconds(9000)));
    AttestationPolicy archived = POLICY.at(EvaluationTime.atDocumentTime());

    assertThat(issued(early, archived, Duration.ofDays(400).plusHours(5)))
        .contains(", 400 d 5 h before this check");
    assertThat(issued(early, archived, Duration.ofMinutes(121))).contains(", 2 h 1 min before");
    assertThat(issued(early, archived, Duration.ofSeconds(-90)))
        .contains(", ahead of our clock by 1 min 30 s");
  }

  private static String issued(LocalEnclave enclave, AttestationPolicy policy, Duration later) {
    return AttestationReport.text(
        new AttestationVerifier(InstantSource.fixed(NOW.plus(later)))
            .verify(enclave.document(enclave.payload()), policy));
  }

  private static Verification verify(Cbor.Map payload, AttestationPolicy policy) {
    return new AttestationVerifier(InstantSource.fixed(NOW.plusSeconds(3)))
        .verify(ENCLAVE.document(payload), policy);
  }

  private static JsonNode json(Verification verification) {
    return JsonMapper.shared().valueToTree(AttestationReport.json(verification));
  }
}
