package pqsigner.enclave.release;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.enclave.testing.TestKms;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeyEncryptionMechanism;
import software.amazon.awssdk.services.kms.model.RecipientInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the AWS SDK would have sent in place of a call.
///
/// @param headers those that say what is asked of whom
record SdkRequest(JsonNode body, Map<String, String> headers) {

  /// Ends the SDK's call once it is about to send.
  private static final class SentException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static SdkRequest of(TestKms.Call call, KeyBinding binding, byte[] ciphertext) throws Exception {
    AtomicReference<HttpExecuteRequest> sent = new AtomicReference<>();
    try (KmsClient sdk = client(sent)) {
      RecipientInfo recipient =
          RecipientInfo.builder()
              .attestationDocument(SdkBytes.fromByteArray(call.document()))
              .keyEncryptionAlgorithm(KeyEncryptionMechanism.RSAES_OAEP_SHA_256)
              .build();
      switch (call.operation()) {
        case "GenerateDataKey" ->
            sdk.generateDataKey(
                request ->
                    request
                        .keyId(TestKms.ARN)
                        .keySpec(DataKeySpec.AES_256)
                        .encryptionContext(binding.encryptionContext())
                        .recipient(recipient));
        default ->
            sdk.decrypt(
                request ->
                    request
                        .keyId(TestKms.ARN)
                        .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                        .ciphertextBlob(SdkBytes.fromByteArray(ciphertext))
                        .encryptionContext(binding.encryptionContext())
                        .recipient(recipient));
      }
    } catch (SentException e) {
      // As intended.
    }
    HttpExecuteRequest request = Objects.requireNonNull(sent.get());
    byte[] body = request.contentStreamProvider().orElseThrow().newStream().readAllBytes();
    return new SdkRequest(
        JsonMapper.shared().readTree(body),
        Stream.of("host", "content-type", "x-amz-target")
            .collect(
                Collectors.toMap(
                    name -> name,
                    name -> request.httpRequest().firstMatchingHeader(name).orElse(TestKms.HOST))));
  }

  private static KmsClient client(AtomicReference<HttpExecuteRequest> sent) {
    return KmsClient.builder()
        .httpClient(
            new SdkHttpClient() {
              @Override
              public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
                sent.set(request);
                throw new SentException();
              }

              @Override
              public void close() {}
            })
        .endpointOverride(URI.create("https://" + TestKms.HOST))
        .region(Region.of(TestKms.REGION))
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .build();
  }
}
