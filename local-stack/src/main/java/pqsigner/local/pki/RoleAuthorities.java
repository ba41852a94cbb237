package pqsigner.local.pki;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A root and, under it, an authority for each role. The root says in each authority's certificate
/// which subjects it may issue (name constraints, RFC 5280, section 4.2.1.10), so whoever trusts
/// the root refuses a service that the custodians' authority made up, without knowing of roles.
///
/// @param root issues nothing but authorities
record RoleAuthorities(CertificateAuthority root, Map<String, CertificateAuthority> roles) {

  static final List<String> ROLES = List.of("custodian", "operator", "service", "broker");

  static RoleAuthorities create(Instant now) {
    var root = CertificateAuthority.create("PQ Signer local authority", now);
    return new RoleAuthorities(
        root, ROLES.stream().collect(Collectors.toMap(Function.identity(), root::authorityFor)));
  }

  /// The role's authority, or the root for a role that has none.
  CertificateAuthority of(String role) {
    return Objects.requireNonNullElse(roles.get(role), root);
  }
}
