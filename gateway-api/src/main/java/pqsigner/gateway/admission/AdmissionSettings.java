package pqsigner.gateway.admission;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What custodians may ask for.
///
/// @param externalMu whether custodians with whom nothing else was agreed may send `mu` instead of
///   `message`, true or false; if not, such a request is refused as `forbidden`. A mu is a hash
///   that hides message and context (FIPS 204, section 6.2), so nobody after the custodian can tell
///   what it signs, or under which context. If wrong: true lets whoever may ask for signatures sign
///   under every context; false refuses messages above 64 KiB
@Validated
@ConfigurationProperties(prefix = "pq-signer.admission", ignoreUnknownFields = false)
public record AdmissionSettings(@DefaultValue("true") boolean externalMu) {}
