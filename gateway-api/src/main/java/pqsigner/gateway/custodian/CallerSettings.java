package pqsigner.gateway.custodian;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/// Who vouches for callers. A role is worth what the authority behind it may say: one that is named
/// for custodians only cannot make an operator, whatever it writes into a certificate.
///
/// @param custodians PEM file with the certificates of the authorities, 1 to 64, that issue
///   custodians' certificates. If wrong: custodians do not get past the handshake, or are told
///   `forbidden`; an authority too many can be any custodian
/// @param operators likewise for operators. The same authority in both makes a role a matter of the
///   certificate's subject alone. If wrong: operators do not get past the handshake, or are told
///   `forbidden`; an authority too many can replay any job
@Validated
@ConfigurationProperties(prefix = "pq-signer.callers", ignoreUnknownFields = false)
public record CallerSettings(@NotNull Path custodians, @NotNull Path operators) {}
