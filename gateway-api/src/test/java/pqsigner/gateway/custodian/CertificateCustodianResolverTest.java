package pqsigner.gateway.custodian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateCustodianResolverTest {

  @Test
  void theRoleDecidesWhatTheNameMeans() {
    assertThat(resolve("CN=custodian-a,OU=custodian,O=Bank"))
        .contains(new Caller.Custodian("custodian-a"));
    assertThat(resolve("CN=alice,OU=operator,O=Bank")).contains(new Caller.Operator("alice"));
  }

  @Test
  void theOrderOfTheSubjectDoesNotMatter() {
    assertThat(resolve("O=Bank,OU=custodian,CN=custodian-a"))
        .contains(new Caller.Custodian("custodian-a"));
  }

  @Test
  void aCustodianWithTheNameOfARoleIsNobody() {
    assertThat(resolve("CN=gateway,OU=custodian")).isEmpty();
    assertThat(resolve("CN=operator,OU=custodian")).isEmpty();
    assertThat(resolve("CN=operator,OU=operator")).contains(new Caller.Operator("operator"));
  }

  @Test
  void aNameHasAtMost63Characters() {
    String name = "a".repeat(63);
    assertThat(resolve("CN=" + name + ",OU=custodian")).contains(new Caller.Custodian(name));
    assertThat(resolve("CN=" + name + "a,OU=custodian")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=gateway,OU=service",
        "CN=custodian-a",
        "OU=custodian",
        "O=Bank",
        "CN=custodian-a,OU=Custodian",
        "CN=custodian-a,OU=custodian ,OU=custodian",
        "CN=custodian-a,CN=custodian-b,OU=custodian",
        "CN=custodian-a,OU=custodian,OU=operator",
        "CN=custodian-a+OU=custodian",
        "CN=custodian-a,OU=custodian+O=Bank",
        "CN=Custodian-A,OU=custodian",
        "CN=-a,OU=custodian",
        "CN=a.b,OU=custodian",
        "CN=a\\,OU\\=operator,OU=custodian",
        "CN=custodian-ä,OU=custodian"
      })
  void anyOtherSubjectIsNobody(String subject) {
    assertThat(resolve(subject)).isEmpty();
  }

  private static Optional<Caller> resolve(String subject) {
    return CertificateCustodianResolver.resolve(new X500Principal(subject));
  }
}
