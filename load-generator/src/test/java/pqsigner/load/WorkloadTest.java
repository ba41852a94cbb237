package pqsigner.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pqsigner.client.MlDsaPublicKey;
import pqsigner.client.Problem;
import pqsigner.client.Signer;
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.events.Retry;

final class WorkloadTest {

  @Test
  void theKeysTakeTurnsAndTheMessagesDiffer() throws Exception {
    MlDsaPublicKey key = MlDsaPublicKey.decode(newPair().getPublic().getEncoded());
    Workload workload = new Workload(Map.of("a", key, "b", key), 32);

    List<SignerRequest> requests = Stream.generate(workload).limit(4).toList();

    assertThat(requests).extracting(SignerRequest::userId).containsOnly("a", "b");
    assertThat(requests.get(0).userId()).isEqualTo(requests.get(2).userId());
    assertThat(requests.get(0).message()).hasSize(32).isNotEqualTo(requests.get(2).message());
  }

  @Test
  void onlyASignatureOfThisMessageByThisKeyVerifies() throws Exception {
    KeyPair pair = newPair();
    Workload workload =
        new Workload(Map.of("a", MlDsaPublicKey.decode(pair.getPublic().getEncoded())), 32);
    SignerRequest request = workload.get();
    Signature signer = Signature.getInstance("ML-DSA");
    signer.initSign(pair.getPrivate());
    signer.update(request.message());
    byte[] signature = signer.sign();

    assertThat(workload.verifies(new Measurement.Sample(request, signature))).isTrue();
    assertThat(workload.verifies(new Measurement.Sample(workload.get(), signature))).isFalse();
    assertThat(
            workload.verifies(
                new Measurement.Sample(SignerRequest.sign("b", new byte[0]), signature)))
        .isFalse();
  }

  @Test
  void noLoadWithoutKeys() {
    Signer refusing =
        new Signer() {
          @Override
          public CompletableFuture<SignerResult> submitAsync(
              SignerRequest request, Duration patience) {
            return CompletableFuture.completedFuture(
                new SignerResult.Refused("r", new Problem("forbidden", Retry.NEVER, "")));
          }

          @Override
          public void close() {}
        };
    assertThatExceptionOfType(SignerException.Unfinished.class)
        .isThrownBy(() -> Workload.prepare(refusing, 1, "ML-DSA-44", 0))
        .satisfies(e -> assertThat(e.code()).isEqualTo("forbidden"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Workload.prepare(refusing, 0, "ML-DSA-44", 0))
        .withMessageContaining("users");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Workload.prepare(refusing, 1, "ML-DSA-44", 65_537))
        .withMessageContaining("message bytes");
  }

  private static KeyPair newPair() throws Exception {
    return KeyPairGenerator.getInstance("ML-DSA-44").generateKeyPair();
  }
}
