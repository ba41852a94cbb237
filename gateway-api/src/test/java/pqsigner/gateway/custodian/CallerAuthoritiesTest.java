package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;

/// A caller is what its subject says only if an authority of that role says so.
class CallerAuthoritiesTest {

  @TempDir static Path folder;
  private static Instant now;
  private static LocalPki pki;
  private static CertificateCustodianResolver resolver;

  @BeforeAll
  static void create() throws IOException {
    now = Instant.now();
    pki = LocalPki.create(folder.resolve("pki"), List.of("custodian-a"), "eu-central-1", now);
    resolver = resolver(pki.authority("custodian"), pki.authority("operator"));
  }

  private static CertificateCustodianResolver resolver(Path custodians, Path operators) {
    return new CertificateCustodianResolver(
        () -> now, CallerAuthorities.read(new CallerSettings(custodians, operators)));
  }

  private static List<X509Certificate> chain(PemPair pair) {
    return Pem.certificates(pair.certificate());
  }

  @Test
  void eachRoleIsVouchedForByItsOwnAuthority() {
    assertThat(resolver.resolve(chain(pki.pair("custodian-a"))))
        .contains(new Caller.Custodian("custodian-a"));
    assertThat(resolver.resolve(chain(pki.pair("operator"))))
        .contains(new Caller.Operator("operator"));
  }

  @ParameterizedTest
  @CsvSource({
    "custodian, operator",
    "operator, custodian",
    "service, operator",
    "service, custodian",
    "broker, operator"
  })
  void anAuthorityOfAnotherRoleVouchesForNobody(String authority, String role) throws IOException {
    PemPair forged = pki.issueBy(authority, authority + "-as-" + role, "custodian-a", role);

    assertThat(resolver.resolve(chain(forged))).isEmpty();
  }

  @Test
  void theRootAboveTheAuthoritiesVouchesForNobodyItself() throws IOException {
    PemPair byRoot = pki.issueBy("nobody", "by-root", "custodian-a", "custodian");

    assertThat(resolver.resolve(chain(byRoot))).isEmpty();
  }

  @Test
  void aStrangerWithTheSameNamesIsNobody() {
    assertThat(resolver.resolve(chain(pki.pair("intruder")))).isEmpty();
  }

  @Test
  void theCertificateAloneIsEnoughWhereItsIssuerIsTheAuthority() {
    assertThat(resolver.resolve(chain(pki.pair("custodian-a")).subList(0, 1))).isPresent();
  }

  @Test
  void anAuthorityThatIsNamedForTheRootsSubtreeIsFollowedThroughItsChain() {
    CertificateCustodianResolver byRoot = resolver(pki.ca(), pki.authority("operator"));
    List<X509Certificate> chain = chain(pki.pair("custodian-a"));

    assertThat(byRoot.resolve(chain.subList(0, 1))).as("who stands between is not shown").isEmpty();
    assertThat(byRoot.resolve(chain)).isPresent();
  }

  /// What was found once is remembered for that certificate, and only for it.
  @Test
  void aGoodCertificateMakesNoOtherGood() throws IOException {
    assertThat(resolver.resolve(chain(pki.pair("custodian-a")))).isPresent();
    PemPair forged = pki.issueBy("service", "again", "custodian-a", "custodian");
    List<X509Certificate> mixed =
        List.of(chain(forged).getFirst(), chain(pki.pair("custodian-a")).getFirst());

    assertThat(resolver.resolve(mixed)).isEmpty();
    assertThat(resolver.resolve(mixed)).as("and again").isEmpty();
  }

  @Test
  void aCertificateThatHasEndedIsNobodysThoughItWasGoodBefore() {
    Instant[] clock = {now};
    var aging =
        new CertificateCustodianResolver(
            () -> clock[0],
            CallerAuthorities.read(
                new CallerSettings(pki.authority("custodian"), pki.authority("operator"))));
    assertThat(aging.resolve(chain(pki.pair("custodian-a")))).isPresent();
    clock[0] = now.plusSeconds(2 * 86_400);

    assertThat(aging.resolve(chain(pki.pair("custodian-a")))).isEqualTo(Optional.empty());
  }

  @Test
  void theHandshakeTrustsBothAndNoOther() throws KeyStoreException {
    var store =
        CallerAuthorities.read(
                new CallerSettings(pki.authority("custodian"), pki.authority("operator")))
            .trustStore();

    assertThat(store.size()).isEqualTo(2);
    assertThat(store.getCertificateAlias(Pem.certificate(pki.authority("custodian")))).isNotNull();
    assertThat(store.getCertificateAlias(Pem.certificate(pki.authority("operator")))).isNotNull();
    assertThat(store.getCertificateAlias(Pem.certificate(pki.authority("service")))).isNull();
  }

  @Test
  void aFileWithoutACertificateIsRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.crt"), "");

    assertThatThrownBy(() -> resolver(empty, pki.authority("operator")))
        .hasMessageContaining("empty.crt");
    assertThatThrownBy(() -> resolver(pki.authority("custodian"), folder.resolve("none.crt")))
        .hasMessageContaining("none.crt");
  }
}
