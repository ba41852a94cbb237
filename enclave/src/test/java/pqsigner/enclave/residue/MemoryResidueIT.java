package pqsigner.enclave.residue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.enclave.boot.FreedMemory;
import pqsigner.enclave.release.KeyBinding;
import pqsigner.enclave.testing.EnclaveJvm;
import pqsigner.enclave.testing.FakeNsm;
import pqsigner.enclave.testing.TestCertificates;
import pqsigner.enclave.testing.TestConfiguration;
import pqsigner.enclave.testing.TestKms;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// Looks for secrets in the memory of a live enclave process. KMS is in the test's own process,
/// which therefore knows the data key, and by it the seed and all that the seed expands to.
@Tag("proof")
@Timeout(600)
class MemoryResidueIT {
  private static final KeyIdentity IDENTITY = new KeyIdentity("c", "u", "ML-DSA-65", 1);
  private static final int SIGNATURES = 60;

  @TempDir Path folder;
  private TestKms kms;
  private Process enclave;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    start("");
  }

  private void start(String settings) throws Exception {
    TestCertificates authority = new TestCertificates("root");
    kms = new TestKms(authority, Conscrypt.newProvider(), TestKms.HOST);
    TestConfiguration.write(
        folder, authority, kms.address(), "server.idle-timeout = 10m", settings);
    ProcessBuilder builder =
        EnclaveJvm.of(ResidueEnclaveMain.class, folder.resolve("enclave.properties").toString());
    builder.environment().putAll(FreedMemory.environment());
    enclave = builder.start();
    BufferedReader out = new BufferedReader(new InputStreamReader(enclave.getInputStream(), UTF_8));
    String line = out.readLine();
    assertThat(line).startsWith("listening ");
    connection =
        Transport.connect(EndpointAddress.parse(line.substring(10)), Duration.ofSeconds(10));
    byte[] some = "some".getBytes(UTF_8);
    assertThat(ask(new Request.Credentials(some, some, new byte[0], 0)))
        .isEqualTo(new Answer.Accepted());
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    enclave.getOutputStream().close();
    if (!enclave.waitFor(20, TimeUnit.SECONDS)) {
      enclave.destroyForcibly();
    }
    kms.close();
  }

  private Answer ask(Request request) throws IOException {
    connection.output().write(Frame.of(1, request).encode());
    Frame frame = Frame.read(connection.input());
    assertThat(frame).isNotNull();
    return Answer.decode(frame.type(), frame.body());
  }

  private void sign(KeyRecord key, byte[] context, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      Request.SignItem item =
          new Request.SignItem(1, Request.Mode.MESSAGE, ("m" + i).getBytes(UTF_8), context, 0);
      assertThat(ask(new Request.Sign(key, List.of(item)))).isInstanceOf(Answer.Signed.class);
    }
  }

  /// Halves too: what was freed by the C library begins with 16 bytes of its own.
  private Map<String, byte[]> secrets(KeyRecord key) throws Exception {
    byte[] dataKey = kms.dataKey(key.encryptedDataKey());
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(dataKey, "AES"),
        new GCMParameterSpec(128, key.wrappedSeed(), 0, 12));
    gcm.updateAAD(new KeyBinding(key.identity(), key.publicKey()).additionalData(TestKms.ARN));
    byte[] seed = gcm.doFinal(key.wrappedSeed(), 12, 48);
    MLDSAPrivateKeyParameters expanded =
        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed);
    Map<String, byte[]> secrets = new TreeMap<>();
    secrets.put("seed", seed);
    secrets.put("seed's second half", Arrays.copyOfRange(seed, 16, 32));
    secrets.put("content key", kms.contentKey());
    secrets.put("content key's second half", Arrays.copyOfRange(kms.contentKey(), 16, 32));
    secrets.put("data key", dataKey);
    secrets.put("data key's second half", Arrays.copyOfRange(dataKey, 16, 32));
    secrets.put("data key as words", swapped(dataKey));
    secrets.put("K", expanded.getK());
    secrets.put("s1", Arrays.copyOf(expanded.getS1(), 64));
    secrets.put("s2", Arrays.copyOf(expanded.getS2(), 64));
    secrets.put("t0", Arrays.copyOf(expanded.getT0(), 64));
    return secrets;
  }

  /// An AES key as the int array that a Java cipher makes of it.
  private static byte[] swapped(byte[] key) {
    ByteBuffer out = ByteBuffer.allocate(key.length).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer in = ByteBuffer.wrap(key);
    while (in.hasRemaining()) {
      out.putInt(in.getInt());
    }
    return out.array();
  }

  /// Secrets that are still there, by name and number of copies. The enclave's own module id is
  /// looked for as well and must be found, or the search would find nothing whatever there is.
  private Map<String, Integer> residue(Map<String, byte[]> secrets) throws IOException {
    Map<String, byte[]> patterns = new TreeMap<>(secrets);
    patterns.put("control", "i-0123456789abcdef0-enc0123".getBytes(UTF_8));
    List<ProcessMemory.Hit> hits = new ProcessMemory(enclave.pid()).find(patterns);
    Map<String, Integer> counts = ProcessMemory.counts(hits);
    assertThat(counts).containsKey("control");
    counts.remove("control");
    return counts;
  }

  /// Looks again and again, as long as the sweeper may take and some more.
  private void assertNothingIsLeft(Map<String, byte[]> secrets) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    Map<String, Integer> left = residue(secrets);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.SECONDS.sleep(1);
      left = residue(secrets);
    }
    assertThat(left).isEmpty();
  }

  private Answer.KeyGenerated generate() throws IOException {
    return (Answer.KeyGenerated) ask(new Request.GenerateKey(IDENTITY, "r", new byte[32], 0));
  }

  @Test
  void nothingIsLeftOfAKeyThatWasMade() throws Exception {
    assertNothingIsLeft(secrets(generate().key()));
  }

  @Test
  void nothingIsLeftOfAKeyThatSignedPlainMessages() throws Exception {
    Answer.KeyGenerated born = generate();
    sign(born.key(), new byte[0], SIGNATURES);
    assertNothingIsLeft(secrets(born.key()));
  }

  /// Signed by Bouncy Castle, which leaves a copy of K with each signature and half as many of the
  /// rest.
  @Test
  void nothingIsLeftOfAKeyThatSignedWithAContext() throws Exception {
    Answer.KeyGenerated born = generate();
    sign(born.key(), new byte[1], SIGNATURES);
    assertNothingIsLeft(secrets(born.key()));
  }

  /// KMS encrypts data keys to these pairs, so each opens what its answers carried. The first of
  /// them is found while it is in use, which shows that the search can find one.
  @Test
  void nothingIsLeftOfARecipientKeyThatIsUsedUp() throws Exception {
    stop();
    start(
        """
        recipient.pairs-ahead = 1
        recipient.uses-max = 2
        recipient.age-max = 1h
        """);
    generate();
    BigInteger modulus = recipientModulus();
    ProcessMemory memory = new ProcessMemory(enclave.pid());
    assertThat(memory.findFactors(modulus)).as("the pair in use").isNotEmpty();
    generate();
    generate();
    assertThat(recipientModulus()).as("the pair now").isNotEqualTo(modulus);
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    List<ProcessMemory.Hit> left = memory.findFactors(modulus);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      left = memory.findFactors(modulus);
    }
    assertThat(left).isEmpty();
  }

  /// They are found while they are in use, which shows that the search can find them.
  @Test
  void nothingIsLeftOfCredentialsThatWereReplaced() throws Exception {
    byte[] secret = random(40);
    byte[] token = random(800);
    offer(secret.clone(), token.clone());
    generate();
    Map<String, byte[]> traces = new TreeMap<>();
    traces.put("secret access key", secret);
    traces.put("its second half", Arrays.copyOfRange(secret, 20, 40));
    traces.put("session token", Arrays.copyOf(token, 64));
    traces.put("its end", Arrays.copyOfRange(token, 736, 800));
    String signed =
        List.copyOf(kms.calls()).getLast().headers().getOrDefault("x-amz-date", "").substring(0, 8);
    byte[] key = ("AWS4" + new String(secret, UTF_8)).getBytes(UTF_8);
    for (String part : List.of(signed, TestKms.REGION, "kms", "aws4_request")) {
      key = hmac(key, part);
      traces.put("signing key of " + part, key);
    }
    assertThat(residue(traces))
        .as("while in use")
        .containsOnlyKeys("secret access key", "its second half", "session token", "its end");

    offer(random(40), random(800));
    generate();
    assertNothingIsLeft(traces);
  }

  private void offer(byte[] secret, byte[] token) throws IOException {
    byte[] id = "AKIDEXAMPLE".getBytes(UTF_8);
    assertThat(ask(new Request.Credentials(id, secret, token, 0))).isEqualTo(new Answer.Accepted());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length * 3 / 4];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encode(bytes);
  }

  private static byte[] hmac(byte[] key, String input) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(input.getBytes(UTF_8));
  }

  /// Of the pair that the last call to the KMS named.
  private BigInteger recipientModulus() throws Exception {
    byte[] key = FakeNsm.field(List.copyOf(kms.calls()).getLast().document(), "public_key");
    return ((RSAPublicKey)
            KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key)))
        .getModulus();
  }
}
