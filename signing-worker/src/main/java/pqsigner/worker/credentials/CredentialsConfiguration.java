package pqsigner.worker.credentials;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;

@Configuration(proxyBeanMethods = false)
class CredentialsConfiguration {

  @Bean(destroyMethod = "close")
  AwsCredentialSource awsCredentialSource(AwsSettings settings) {
    if (settings.region() != null) {
      System.setProperty(SdkSystemSetting.AWS_REGION.property(), settings.region());
    }
    return new AwsCredentialSource(() -> DefaultCredentialsProvider.builder().build());
  }
}
