package pqsigner.cli.demo;

import java.security.GeneralSecurityException;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import pqsigner.local.LocalStack;
import pqsigner.local.pki.Pem;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.KmsException;

/// The KMS, asked with the credentials of the gateway, by AWS's own client.
final class KmsAsGateway {
  private KmsAsGateway() {}

  /// The error code that AWS's client reports.
  static String refusal(LocalStack stack) {
    TrustManager[] trusted = trusted(stack);
    try (KmsClient kms =
        KmsClient.builder()
            .httpClient(
                UrlConnectionHttpClient.builder().tlsTrustManagersProvider(() -> trusted).build())
            .endpointOverride(stack.kms())
            .region(Region.of(LocalStack.REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    HostileDatabase.credentials(stack.gatewayCredentials())))
            .build()) {
      kms.generateDataKey(
          ask ->
              ask.keyId(stack.kmsKeyArn())
                  .keySpec(DataKeySpec.AES_256)
                  .encryptionContext(Map.of("custodian", Cast.CUSTODIAN)));
      return "(a data key)";
    } catch (KmsException e) {
      return e.awsErrorDetails().errorCode();
    }
  }

  private static TrustManager[] trusted(LocalStack stack) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(Pem.trustStore(stack.pki().kmsCa()));
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
