package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private static final InMemoryCustodianRegistry REGISTRY =
      InMemoryCustodianRegistry.of("custodian-a");
  private static final Custodians REGISTERED = REGISTRY.snapshot();

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
        () -> now, CallerAuthorities.read(new CallerSettings(custodians, operators)), REGISTERED);
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
                new CallerSettings(pki.authority("custodian"), pki.authority("operator"))),
            REGISTERED);
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
  void aCustodianIsServedWhileItIsRegisteredAndEnabled() throws IOException {
    PemPair stranger = pki.issueCustodian("stranger");
    assertThat(isServed(stranger)).isFalse();
    assertThat(isServed(pki.pair("custodian-a"))).isTrue();
    assertThat(resolver.isServed(new Caller.Operator("operator"), chain(pki.pair("operator"))))
        .isTrue();

    agree(CustodianTerms.usual().in(CustodianTerms.State.DISABLED));
    assertThat(isServed(pki.pair("custodian-a"))).isFalse();

    agree(CustodianTerms.usual());
    assertThat(isServed(pki.pair("custodian-a"))).isTrue();
  }

  @Test
  void aPinIsTheCertificateOrAnAuthorityBehindIt() throws Exception {
    X509Certificate own = chain(pki.pair("custodian-a")).getFirst();
    X509Certificate authority = Pem.certificate(pki.authority("custodian"));

    agree(pinnedTo(sha256(own.getEncoded())));
    assertThat(isServed(pki.pair("custodian-a"))).isTrue();
    assertThat(isServed(pki.issue("again-a", "custodian-a", "custodian"))).isFalse();

    agree(pinnedTo(sha256(authority.getPublicKey().getEncoded())));
    assertThat(isServed(pki.pair("custodian-a"))).isTrue();
    assertThat(isServed(pki.issue("again-a", "custodian-a", "custodian"))).isTrue();

    agree(pinnedTo("00".repeat(32), sha256(own.getEncoded())));
    assertThat(isServed(pki.pair("custodian-a"))).as("one of them").isTrue();
    agree(CustodianTerms.usual());
  }

  /// Whoever stole a certificate shows with it what it likes.
  @Test
  void anAuthorityThatIsShownAndDidNotIssueTheCertificateIsNoPin() throws Exception {
    X509Certificate other = Pem.certificate(pki.authority("operator"));
    agree(pinnedTo(sha256(other.getPublicKey().getEncoded())));
    List<X509Certificate> shown =
        List.of(
            chain(pki.issue("fresh-a", "custodian-a", "custodian")).getFirst(),
            Pem.certificate(pki.authority("custodian")),
            other);

    assertThat(resolver.resolve(shown)).contains(new Caller.Custodian("custodian-a"));
    assertThat(resolver.isServed(new Caller.Custodian("custodian-a"), shown)).isFalse();
    agree(CustodianTerms.usual());
  }

  private static boolean isServed(PemPair pair) {
    Caller caller = resolver.resolve(chain(pair)).orElseThrow();
    return resolver.isServed(caller, chain(pair));
  }

  private static void agree(CustodianTerms terms) {
    REGISTRY.agree("custodian-a", terms);
    REGISTERED.refresh();
  }

  private static CustodianTerms pinnedTo(String... pins) {
    return CustodianTerms.usual().withPins(Set.of(pins));
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
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
