package pqsigner.gateway.replies;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;
import pqsigner.attestation.TrustRoot;

/// Which enclaves may make keys. There is no default for what must be known: a gateway that does
/// not know its enclave's measurement does not start.
///
/// @param root file with the root certificate, PEM or DER; absent means AWS Nitro Enclaves root G1,
///   which is the only one for production. If wrong: key generation ends as `attestation_rejected`;
///   a root that somebody else has the key of admits any enclave
/// @param pcr0 enclave images that may make keys, 96 hex digits each, at least one, no debug mode
///   (all zeros); two during an upgrade. If wrong: key generation ends as `attestation_rejected`;
///   one too many trusts an image that nobody means to run
/// @param kmsKeyArn the KMS key that new keys must be wrapped under. If wrong: key generation ends
///   as `attestation_rejected`
@Validated
@ConfigurationProperties(prefix = "pq-signer.attestation", ignoreUnknownFields = false)
public record AttestationSettings(
    @Nullable Path root,
    @NotEmpty List<@Pattern(regexp = "(?!0{96})[0-9a-fA-F]{96}") String> pcr0,
    @NotNull @Pattern(regexp = "arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+") String kmsKeyArn) {

  TrustRoot trustRoot() {
    if (root == null) {
      return TrustRoot.awsNitroEnclaves();
    }
    try {
      return TrustRoot.of(Files.readAllBytes(root));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read pq-signer.attestation.root", e);
    }
  }

  List<byte[]> images() {
    return pcr0.stream().map(HexFormat.of()::parseHex).toList();
  }
}
