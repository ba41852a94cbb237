package pqsigner.gateway.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
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
/// @param keyVersionLimit versions that a key may have, 1 to 1000; 1 forbids rotation. If wrong:
///   too few refuse a rotation as `too_many_key_versions`; many make the answer that lists them
///   large, about 20 KiB each
@Validated
@ConfigurationProperties(prefix = "pq-signer.admission", ignoreUnknownFields = false)
public record AdmissionSettings(
    @DefaultValue("true") boolean externalMu,
    @DefaultValue("100") @Min(1) @Max(1000) int keyVersionLimit) {}
