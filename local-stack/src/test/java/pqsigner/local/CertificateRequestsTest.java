package pqsigner.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;

class CertificateRequestsTest {

  @TempDir private Path folder;

  private LocalPki pki() throws Exception {
    return LocalPki.create(folder, List.of("custodian-a"), "eu-central-1", Instant.now());
  }

  @Test
  void aPairIsIssuedOnceAndByTheCustodiansAuthority() throws Exception {
    Thread stack = CertificateRequests.serve(folder, pki());
    try {
      PemPair pair = CertificateRequests.ask(folder, "custodian-c");
      X509Certificate first = Pem.certificates(pair.certificate()).getFirst();
      first.verify(Pem.certificate(folder.resolve("custodian-ca.crt")).getPublicKey());
      assertThat(first.getSubjectX500Principal().getName())
          .startsWith("CN=custodian-c,OU=custodian");

      CertificateRequests.ask(folder, "custodian-c");

      assertThat(Pem.certificates(pair.certificate()).getFirst()).isEqualTo(first);
      assertThat(folder.resolve("custodian-c.request")).doesNotExist();
    } finally {
      stack.interrupt();
    }
  }

  @Test
  void aPairOfAnEarlierStackIsReplaced() throws Exception {
    X509Certificate old =
        Pem.certificates(pki().issueCustodian("custodian-c").certificate()).getFirst();
    Thread stack = CertificateRequests.serve(folder, pki());
    try {
      PemPair pair = CertificateRequests.ask(folder, "custodian-c");
      assertThat(Pem.certificates(pair.certificate()).getFirst()).isNotEqualTo(old);
    } finally {
      stack.interrupt();
    }
  }

  @Test
  void whatShellsReadIsReadHereToo() throws Exception {
    Map<String, String> variables = Map.of("A", "/with space/and 'quotes'", "B", "plain", "C", "");
    LocalEnv.publish(LocalEnv.draft(OwnerOnly.directory(folder), variables));

    assertThat(LocalEnv.read(folder)).isEqualTo(variables);
    assertThat(Files.exists(folder.resolve("local.env"))).isTrue();
  }
}
