package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.KmsRequestStatement;
import pqsigner.attestation.SealedKey;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestConfiguration;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

class EnclaveTest extends RunningEnclave {
  /// By the JDK, which is neither of our engines.
  private static boolean verifiesInJdk(
      String algorithm, byte[] publicKey, String message, byte[] signature) throws Exception {
    String set = algorithm.substring(7);
    String prefix =
        switch (set) {
          case "44" -> "30820532300b060960864801650304031103820521" + "00";
          case "65" -> "308207b2300b0609608648016503040312038207a1" + "00";
          default -> "30820a32300b060960864801650304031303820a21" + "00";
        };
    byte[] head = HexFormat.of().parseHex(prefix);
    byte[] spki = java.util.Arrays.copyOf(head, head.length + publicKey.length);
    System.arraycopy(publicKey, 0, spki, head.length, publicKey.length);
    PublicKey key =
        KeyFactory.getInstance("ML-DSA", "SUN").generatePublic(new X509EncodedKeySpec(spki));
    Signature verifier = Signature.getInstance("ML-DSA", "SUN");
    verifier.initVerify(key);
    verifier.update(message.getBytes(UTF_8));
    return verifier.verify(signature);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  void aKeyIsBornAndSignsWhatTheJdkVerifies(String algorithm) throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      Answer.KeyGenerated born = client.generate(identity(algorithm));
      byte[] signature = signature(client.sign(born.key(), message(77, "pay 1")).get(77L));

      assertThat(verifiesInJdk(algorithm, born.key().publicKey(), "pay 1", signature)).isTrue();
      assertThat(verifiesInJdk(algorithm, born.key().publicKey(), "pay 2", signature)).isFalse();
    }
  }

  @Test
  void aBirthAttestationCommitsToTheKeyItsOwnerItsRequestAndItsSealedRecord() throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      Answer.KeyGenerated born = client.generate(identity("ML-DSA-44"));

      byte[] sealed = SealedKey.sha256(born.key().encryptedDataKey(), born.key().wrappedSeed());
      byte[] expected =
          new BirthStatement(
                  "custodian-a", "wallet ☃", "ML-DSA-44", 1, born.key().publicKey(), TestKms.ARN)
              .sealedAs("request-1", sealed)
              .commitment();
      assertThat(FakeNsm.field(born.birthAttestation(), "user_data")).isEqualTo(expected);
      assertThat(FakeNsm.field(born.birthAttestation(), "nonce"))
          .isEqualTo(birth(identity("ML-DSA-44")).nonce());
    }
  }

  @Test
  void everyDocumentForTheKmsCommitsToItsRequestAndShowsTheLockedConfiguration() throws Exception {
    EnclaveConfiguration configuration = TestConfiguration.write(folder, authority, kms.address());
    try (Enclave enclave = Enclave.start(configuration, nsm, ANY, Duration.ZERO);
        Client client = Client.serving(enclave)) {
      kms.calls().clear();
      Answer.KeyGenerated born = client.generate(identity("ML-DSA-44"));
      client.sign(born.key(), message(9, "m"));

      TestKms.Call generate = kms.calls().remove();
      TestKms.Call decrypt = kms.calls().remove();
      Map<String, String> context = context(born.key());
      assertThat(FakeNsm.field(generate.document(), "user_data"))
          .isEqualTo(KmsRequestStatement.generateDataKey(TestKms.ARN, context).commitment());
      assertThat(FakeNsm.field(decrypt.document(), "user_data"))
          .isEqualTo(
              KmsRequestStatement.decrypt(TestKms.ARN, context, born.key().encryptedDataKey())
                  .commitment());
      assertThat(FakeNsm.field(decrypt.document(), "nonce")).hasSize(32);
      assertThat(FakeNsm.field(decrypt.document(), "nonce"))
          .isNotEqualTo(FakeNsm.field(generate.document(), "nonce"));
      assertThat(FakeNsm.field(generate.document(), "pcr16")).isEqualTo(configuration.pcr16());
      assertThat(generate.body().get("KeyId").asString()).isEqualTo(TestKms.ARN);
      assertThat(decrypt.body().get("KeyId").asString()).isEqualTo(TestKms.ARN);
      assertThat(generate.body().get("EncryptionContext").size()).isEqualTo(6);
    }
  }

  private static Map<String, String> context(KeyRecord key) throws Exception {
    byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(key.publicKey());
    return Map.of(
        "purpose", "pq-signer/ml-dsa-seed/v1",
        "custodian", key.identity().custodian(),
        "user_id", key.identity().userId(),
        "alg", key.identity().algorithm(),
        "key_version", "1",
        "public_key_sha256", HexFormat.of().formatHex(digest));
  }

  @Test
  void allItemsOfAFrameShareOneUnwrap() throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      KeyRecord key = client.generate(identity("ML-DSA-44")).key();
      kms.calls().clear();

      Request.SignItem[] items = new Request.SignItem[64];
      for (int i = 0; i < items.length; i++) {
        items[i] = message(1000 + i, "message " + i);
      }
      Map<Long, Answer> answers = client.sign(key, items);

      assertThat(kms.calls()).hasSize(1);
      for (int i = 0; i < items.length; i++) {
        byte[] signature = signature(answers.get(1000L + i));
        assertThat(verifiesInJdk("ML-DSA-44", key.publicKey(), "message " + i, signature)).isTrue();
      }
    }
  }

  @Test
  void eachItemIsRefusedForItsOwnReason() throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      KeyRecord key = client.generate(identity("ML-DSA-65")).key();
      byte[] none = new byte[0];
      byte[] mu = new byte[64];
      Request.Mode external = Request.Mode.EXTERNAL_MU;

      Map<Long, Answer> answers =
          client.sign(
              key,
              message(1, "fine"),
              new Request.SignItem(2, external, mu, none, 0),
              new Request.SignItem(3, external, new byte[63], none, 0),
              new Request.SignItem(4, external, new byte[65], none, 0),
              new Request.SignItem(5, external, mu, new byte[1], 0),
              new Request.SignItem(6, Request.Mode.MESSAGE, none, new byte[255], 0),
              new Request.SignItem(7, Request.Mode.MESSAGE, none, none, 1),
              new Request.SignItem(8, Request.Mode.MESSAGE, none, none, -1),
              new Request.SignItem(9, Request.Mode.MESSAGE, none, none, Long.MAX_VALUE));

      assertThat(signature(answers.get(1L))).hasSize(3309);
      assertThat(signature(answers.get(2L))).hasSize(3309);
      assertThat(answers.get(3L)).isEqualTo(refused(Refusal.MALFORMED_REQUEST));
      assertThat(answers.get(4L)).isEqualTo(refused(Refusal.MALFORMED_REQUEST));
      assertThat(answers.get(5L)).isEqualTo(refused(Refusal.MALFORMED_REQUEST));
      assertThat(signature(answers.get(6L))).hasSize(3309);
      assertThat(answers.get(7L)).isEqualTo(refused(Refusal.DEADLINE_EXCEEDED));
      assertThat(answers.get(8L)).isEqualTo(refused(Refusal.DEADLINE_EXCEEDED));
      assertThat(signature(answers.get(9L))).hasSize(3309);
    }
  }

  @Test
  void theKmsIsNotAskedWhenEveryItemIsTooLate() throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      KeyRecord key = client.generate(identity("ML-DSA-44")).key();
      kms.calls().clear();

      Map<Long, Answer> answers =
          client.sign(
              key, new Request.SignItem(5, Request.Mode.MESSAGE, new byte[1], new byte[0], 1));

      assertThat(answers.get(5L)).isEqualTo(refused(Refusal.DEADLINE_EXCEEDED));
      assertThat(kms.calls()).isEmpty();
    }
  }

  @Test
  void anAlgorithmOutsideTheMeasuredListIsRefused() throws Exception {
    try (Enclave enclave = start("algorithms = ML-DSA-87");
        Client client = Client.serving(enclave)) {
      for (String algorithm : List.of("ML-DSA-44", "ML-DSA-65", "ml-dsa-87", "RSA")) {
        assertThat(client.ask(birth(identity(algorithm))))
            .isEqualTo(refused(Refusal.UNSUPPORTED_ALGORITHM));
      }
      assertThat(client.generate(identity("ML-DSA-87")).key().publicKey()).hasSize(2592);
    }
  }

  @Test
  void statusTellsWhatTheNsmTold() throws Exception {
    try (Enclave enclave = start();
        Client client = new Client(enclave)) {
      Answer.Status status = (Answer.Status) client.ask(new Request.Status());

      assertThat(status.phase()).isEqualTo(Phase.ATTESTED);
      assertThat(status.moduleId()).isEqualTo(nsm.describe().moduleId());
      assertThat(status.pcr0()).isEqualTo(nsm.describePcr(0).value());
      assertThat(status.stats().kms()).isEmpty();
    }
  }

  @Test
  void statusCountsWhatTheKmsWasAskedAndHowMuchOfEachResourceIsUsed() throws Exception {
    try (Enclave enclave = start();
        Client client = Client.serving(enclave)) {
      KeyRecord key = client.generate(identity("ML-DSA-44")).key();
      kms.behave(_ -> TestKms.Reply.error(400, "AccessDeniedException"));
      assertThat(client.sign(key, message(7, "m")))
          .isEqualTo(Map.of(7L, refused(Refusal.KMS_DENIED)));

      EnclaveStats stats = ((Answer.Status) client.ask(new Request.Status())).stats();

      assertThat(stats.kms())
          .extracting(KmsCalls::operation, KmsCalls::refusal, KmsCalls::calls)
          .containsExactly(
              tuple(Operation.GENERATE_DATA_KEY, null, 2L),
              tuple(Operation.GENERATE_DATA_KEY, Refusal.KMS_DENIED, 1L),
              tuple(Operation.DECRYPT, null, 2L),
              tuple(Operation.DECRYPT, Refusal.KMS_DENIED, 1L));
      assertThat(stats.kms()).allSatisfy(calls -> assertThat(calls.micros()).isPositive());
      assertThat(stats.usages()).extracting(Usage::resource).containsExactly(Resource.values());
      assertThat(stats.usages().getLast().used()).as("connections").isEqualTo(1);
    }
  }

  @Test
  void whatWasTakenIsFinishedWhenItIsToldToStop() throws Exception {
    Enclave enclave = start();
    try (Client client = Client.serving(enclave)) {
      KeyRecord key = client.generate(identity("ML-DSA-44")).key();
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      kms.behave(
          call -> {
            asked.countDown();
            goOn.await();
            return kms.honest(call);
          });
      Thread closing = Thread.ofPlatform().unstarted(enclave::close);
      client
          .connection
          .output()
          .write(Frame.of(1, new Request.Sign(key, List.of(message(5, "last")))).encode());
      asked.await();
      closing.start();
      while (enclave.phase() != Phase.DRAINING) {
        Thread.onSpinWait();
      }
      assertThat(client.ask(birth(identity("ML-DSA-44")))).isEqualTo(refused(Refusal.NOT_READY));
      goOn.countDown();
      byte[] signature = signature(client.take(5));
      assertThat(verifiesInJdk("ML-DSA-44", key.publicKey(), "last", signature)).isTrue();
      closing.join();
      assertThat(Frame.read(client.in)).isNull();
    }
  }

  @Test
  void debugModeIsRefused() {
    FakeNsm debug = new FakeNsm().inDebugMode();
    assertThatThrownBy(
            () ->
                Enclave.start(
                    TestConfiguration.write(folder, authority, kms.address()),
                    debug,
                    ANY,
                    Duration.ZERO))
        .isInstanceOfSatisfying(
            BootException.class,
            e -> assertThat(e.reason()).isEqualTo(BootException.Reason.DEBUG_MODE));
  }

  @Test
  void anotherConfigurationCannotFollowInTheSameEnclave() throws Exception {
    start().close();
    start().close();
    assertThatThrownBy(() -> start("lease.uses-max = 2"))
        .isInstanceOfSatisfying(
            BootException.class,
            e ->
                assertThat(e.reason())
                    .isEqualTo(BootException.Reason.CONFIGURATION_REGISTER_TAKEN));
  }
}
