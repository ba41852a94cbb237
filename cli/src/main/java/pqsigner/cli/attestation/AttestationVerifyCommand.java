package pqsigner.cli.attestation;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.nitro.AttestationPolicy;
import pqsigner.attestation.nitro.AttestationReport;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.attestation.nitro.EvaluationTime;
import pqsigner.attestation.nitro.RejectionReason;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.attestation.nitro.Verification;
import pqsigner.cli.ByteInput;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.image.input.RefusedException;
import pqsigner.image.measurement.MeasurementManifest;

/// Verifies a document offline and prints what it proved, and what it did not.
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verify an attestation document, offline.",
      "Unless told otherwise, trusts the AWS Nitro root, judges by the present time, and refuses"
          + " documents of debug-mode enclaves."
    })
public final class AttestationVerifyCommand implements Callable<Integer> {
  private static final int DOCUMENT_BYTES_MAX = 32 * 1024;
  private static final int FILE_BYTES_MAX = 16 * 1024;

  /// The key that the document should be the birth attestation of. All or nothing.
  static final class ClaimedKey {
    @Option(
        names = "--public-key",
        paramLabel = "FILE",
        required = true,
        description = "Its public key: PEM, DER, raw or base64 of these.")
    private String publicKey;

    @Option(names = "--custodian", paramLabel = "NAME", required = true, description = "Its owner.")
    private String custodian;

    @Option(names = "--user-id", required = true, description = "Its name.")
    private String userId;

    @Option(names = "--key-version", defaultValue = "1", description = "Default 1.")
    private int version = 1;

    @Option(
        names = "--kms-key-arn",
        paramLabel = "ARN",
        required = true,
        description = "The KMS key that wraps it.")
    private String kmsKeyArn;

    @Option(names = "--request-id", paramLabel = "ID", description = "The request that made it.")
    private @Nullable String requestId;

    @Option(
        names = "--sealed-key-sha256",
        paramLabel = "BASE64",
        description = {
          "The key's sealed_key_sha256, as the API returns it. With --request-id; the document must"
              + " state both (birth statement v2).",
          "A key without one has birth statement v1, which binds neither."
        })
    private @Nullable String sealedKeySha256;

    MlDsaPublicKey key() {
      return ByteInput.publicKey(publicKey);
    }

    BirthStatement statement() {
      MlDsaPublicKey key = key();
      BirthStatement statement =
          new BirthStatement(
              custodian, userId, key.algorithm().label(), version, key.raw(), kmsKeyArn);
      if (requestId == null && sealedKeySha256 == null) {
        return statement;
      }
      if (requestId == null || sealedKeySha256 == null) {
        throw new IllegalArgumentException("--request-id and --sealed-key-sha256 go together");
      }
      return statement.sealedAs(requestId, Base64.getDecoder().decode(sealedKeySha256));
    }
  }

  @Mixin private Output output;

  @Option(
      names = "--document",
      paramLabel = "FILE",
      required = true,
      description = "The document, raw or base64; - for standard input.")
  private String document;

  @Option(
      names = "--root",
      paramLabel = "FILE",
      description = "Trust this root (PEM or DER) instead of AWS's.")
  private @Nullable String root;

  @Option(
      names = "--at-document-time",
      description =
          "Judge certificates as of the document's own time, for documents kept as evidence.")
  private boolean atDocumentTime;

  @Option(
      names = "--pcr",
      paramLabel = "N=HEX",
      description = "Expected value of a PCR; may be repeated.")
  private Map<Integer, String> pcrs = new HashMap<>();

  @Option(
      names = "--measurements",
      paramLabel = "FILE",
      description = "The image's measurement manifest; expect every register it lists.")
  private @Nullable String measurements;

  @Option(
      names = "--nonce",
      paramLabel = "HEX",
      description = "The nonce you asked for, at least 16 bytes.")
  private @Nullable String nonce;

  @Option(
      names = "--allow-debug",
      description = "Accept a debug-mode enclave, which proves nothing.")
  private boolean allowDebug;

  @ArgGroup(
      exclusive = false,
      heading = "%nThe key that the document should be the birth attestation of:%n")
  private @Nullable ClaimedKey claimedKey;

  @Override
  public Integer call() {
    AttestationPolicy policy = policy();
    byte[] bytes = ByteInput.readEncoded(document, DOCUMENT_BYTES_MAX);
    Verification verification =
        new AttestationVerifier(InstantSource.system()).verify(bytes, policy);
    if (output.json()) {
      output.out().println(Json.page(json(verification)));
    } else if (verification instanceof Verification.Verified) {
      AttestationReport.text(verification).lines().forEach(output::plain);
      if (claimedKey != null) {
        output.plain("  fingerprint " + claimedKey.key().fingerprint() + "  of the public key");
      }
    }
    return switch (verification) {
      case Verification.Verified _ -> 0;
      case Verification.Rejected _ when output.json() -> 1;
      case Verification.Rejected(var reason, var detail) ->
          throw new CommandFailure(
              "attestation_rejected", reason.code() + ": " + detail + hint(policy, reason));
    };
  }

  private SequencedMap<String, Object> json(Verification verification) {
    SequencedMap<String, Object> report = AttestationReport.json(verification);
    if (claimedKey != null && verification instanceof Verification.Verified) {
      report.put("fingerprint", claimedKey.key().fingerprint());
    }
    return report;
  }

  /// What the caller may have left out.
  private String hint(AttestationPolicy policy, RejectionReason reason) {
    boolean stale =
        reason == RejectionReason.STALE || reason == RejectionReason.CERTIFICATE_EXPIRED;
    if (stale && !atDocumentTime) {
      return "; for a document kept as evidence, use --at-document-time";
    }
    BirthStatement birth = policy.fields().birth();
    return reason == RejectionReason.USER_DATA_MISMATCH
            && birth != null
            && birth.statementVersion() == 1
        ? "; a key with a sealed_key_sha256 needs --request-id and --sealed-key-sha256"
        : "";
  }

  private AttestationPolicy policy() {
    try {
      AttestationPolicy policy =
          AttestationPolicy.trusting(trusted()).allowDebug(allowDebug).pcrs(registers());
      if (atDocumentTime) {
        policy = policy.at(EvaluationTime.atDocumentTime());
      }
      if (nonce != null) {
        policy = policy.nonce(HexFormat.of().parseHex(nonce));
      }
      return claimedKey == null ? policy : policy.birthOf(claimedKey.statement());
    } catch (IllegalArgumentException e) {
      throw output.usage(String.valueOf(e.getMessage()));
    }
  }

  private TrustRoot trusted() {
    return root == null
        ? TrustRoot.awsNitroEnclaves()
        : TrustRoot.of(ByteInput.read(root, FILE_BYTES_MAX));
  }

  private Map<Integer, byte[]> registers() {
    Map<Integer, byte[]> expected = new HashMap<>();
    listed().forEach((index, hex) -> expected.put(index, HexFormat.of().parseHex(hex)));
    pcrs.forEach(
        (index, hex) -> {
          byte[] value = HexFormat.of().parseHex(hex);
          byte[] other = expected.put(index, value);
          if (other != null && !Arrays.equals(other, value)) {
            throw new IllegalArgumentException(
                "--pcr " + index + " contradicts the measurement manifest");
          }
        });
    return expected;
  }

  private Map<Integer, String> listed() {
    if (measurements == null) {
      return Map.of();
    }
    try {
      return MeasurementManifest.read(Path.of(measurements)).measurements().pcrs();
    } catch (RefusedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
