package pqsigner.enclave.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import pqsigner.enclave.boot.ConfigurationException;
import pqsigner.enclave.boot.EnclaveConfiguration;
import pqsigner.protocol.transport.EndpointAddress;

/// A configuration file for the test KMS.
public final class TestConfiguration {
  private TestConfiguration() {}

  public static EnclaveConfiguration write(
      Path folder, TestCertificates authority, EndpointAddress kms, String... more)
      throws IOException, GeneralSecurityException, ConfigurationException {
    authority.writeRoot(folder.resolve("roots.pem"));
    String text =
        """
        # of a test
        kms.key-arn = %s
        kms.region = %s
        kms.endpoint-host = %s
        kms.address = %s
        kms.trust-roots = roots.pem
        """
            .formatted(TestKms.ARN, TestKms.REGION, TestKms.HOST, kms);
    Path file = folder.resolve("enclave.properties");
    Files.writeString(file, text + String.join("\n", more) + "\n");
    return EnclaveConfiguration.read(file);
  }
}
