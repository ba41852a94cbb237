package pqsigner.gateway.admission;

import jakarta.validation.Valid;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What custodians may ask for.
///
/// @param externalMu whether `mu` may be sent instead of `message`, true or false; if not, such a
///   request is refused as `forbidden`. A mu is a hash that hides message and context (FIPS 204,
///   section 6.2), so nobody after the custodian can tell what it signs, or under which context. If
///   wrong: true lets whoever may ask for signatures sign under every context; false refuses
///   messages above 64 KiB
/// @param custodians what differs for a custodian, by its name; what is not given is as above. If
///   wrong: a misspelt name leaves that custodian with what holds for all
@Validated
@ConfigurationProperties(prefix = "pq-signer.admission", ignoreUnknownFields = false)
public record AdmissionSettings(
    @DefaultValue("true") boolean externalMu, @DefaultValue Map<String, @Valid Agreed> custodians) {

  public AdmissionSettings {
    custodians = Map.copyOf(custodians);
  }

  /// What was agreed with one custodian; null is the default of all.
  public record Agreed(@Nullable Boolean externalMu) {}

  public boolean externalMuOf(String custodian) {
    Agreed agreed = custodians.get(custodian);
    Boolean own = agreed == null ? null : agreed.externalMu;
    return own == null ? externalMu : own;
  }
}
