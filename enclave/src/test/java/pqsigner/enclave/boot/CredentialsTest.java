package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Which credentials an enclave takes, and what it does without.
class CredentialsTest extends RunningEnclave {
  @Test
  void nothingIsServedBeforeCredentialsCome() throws Exception {
    try (Enclave enclave = start();
        Client client = new Client(enclave)) {
      assertThat(enclave.phase()).isEqualTo(Phase.ATTESTED);
      assertThat(client.ask(birth(identity("ML-DSA-44")))).isEqualTo(refused(Refusal.NOT_READY));
      assertThat(kms.calls()).isEmpty();
      assertThat(client.ask(credentials())).isEqualTo(new Answer.Accepted());
      assertThat(enclave.phase()).isEqualTo(Phase.SERVING);
      assertThat(kms.calls())
          .extracting(TestKms.Call::operation)
          .as("tried")
          .containsExactly("GenerateDataKey", "Decrypt");
    }
  }

  private static Request.Credentials named(String accessKeyId) {
    return new Request.Credentials(
        accessKeyId.getBytes(UTF_8), "secret".getBytes(UTF_8), "token".getBytes(UTF_8), 0);
  }

  /// As KMS answers to those whose access key it does not know.
  private TestKms.Behaviour knowing(String accessKeyId) {
    return call ->
        call.headers().getOrDefault("authorization", "").contains("=" + accessKeyId + "/")
            ? kms.honest(call)
            : TestKms.Reply.error(400, "UnrecognizedClientException");
  }

  /// Anybody on the host can send this frame.
  @Test
  void bogusCredentialsAreRefusedAndTheOldOnesGoOnWorking() throws Exception {
    kms.behave(knowing("AKIDEXAMPLE"));
    try (Enclave enclave = start();
        Client worker = Client.serving(enclave);
        Client anybody = new Client(enclave)) {
      KeyRecord key = worker.generate(identity("ML-DSA-44")).key();

      assertThat(anybody.ask(named("AKIDBOGUS"))).isEqualTo(refused(Refusal.CREDENTIALS_REFUSED));

      assertThat(enclave.phase()).isEqualTo(Phase.SERVING);
      assertThat(signature(worker.sign(key, message(5, "m")).get(5L))).hasSize(2420);
    }
  }

  @Test
  void withoutAnyCredentialsThatWorkItDoesNotServeAndRefusesNobodyForGood() throws Exception {
    kms.behave(knowing("AKIDEXAMPLE"));
    try (Enclave enclave = start();
        Client worker = new Client(enclave)) {
      assertThat(worker.ask(named("AKIDBOGUS"))).isEqualTo(refused(Refusal.CREDENTIALS_REFUSED));
      assertThat(enclave.phase()).isEqualTo(Phase.ATTESTED);
      assertThat(worker.ask(birth(identity("ML-DSA-44")))).isEqualTo(refused(Refusal.NOT_READY));

      assertThat(worker.ask(named("AKIDEXAMPLE"))).isEqualTo(new Answer.Accepted());
      assertThat(worker.generate(identity("ML-DSA-44")).key().publicKey()).hasSize(1312);
    }
  }

  /// As when the next image's PCR0 is not in the policy yet: it never gets as far as a job.
  @Test
  void anEnclaveThatThePolicyDoesNotAdmitNeverServes() throws Exception {
    kms.behave(_ -> TestKms.Reply.error(400, "AccessDeniedException"));
    try (Enclave enclave = start();
        Client worker = new Client(enclave)) {
      assertThat(worker.ask(credentials())).isEqualTo(refused(Refusal.KMS_DENIED));
      assertThat(enclave.phase()).isEqualTo(Phase.ATTESTED);

      kms.behave(kms::honest);
      assertThat(worker.ask(credentials())).isEqualTo(new Answer.Accepted());
      assertThat(enclave.phase()).isEqualTo(Phase.SERVING);
    }
  }

  /// Two workers push to the same enclave, and one of them is an impostor who pushes without pause.
  @Test
  void oneConnectionHasOneOfferWaitingAtMost() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    kms.behave(
        call -> {
          goOn.await();
          return knowing("AKIDEXAMPLE").answer(call);
        });
    try (Enclave enclave = start();
        Client worker = new Client(enclave);
        Client impostor = new Client(enclave)) {
      for (int id = 1; id <= 30; id++) {
        impostor.connection.output().write(Frame.of(id, named("AKIDBOGUS")).encode());
      }
      for (int id = 2; id <= 30; id++) {
        assertThat(impostor.take(id)).isEqualTo(refused(Refusal.OVERLOADED));
      }
      worker.connection.output().write(Frame.of(7, credentials()).encode());
      goOn.countDown();
      assertThat(worker.take(7)).isEqualTo(new Answer.Accepted());
      assertThat(impostor.take(1)).isEqualTo(refused(Refusal.CREDENTIALS_REFUSED));
    }
  }

  @Test
  void credentialsThatHaveExpiredAreNotTaken() throws Exception {
    try (Enclave enclave = start();
        Client client = new Client(enclave)) {
      byte[] some = "some".getBytes(UTF_8);
      assertThat(client.ask(new Request.Credentials(some, some, some, 1)))
          .isEqualTo(refused(Refusal.MALFORMED_REQUEST));
      assertThat(enclave.phase()).isEqualTo(Phase.ATTESTED);
    }
  }
}
