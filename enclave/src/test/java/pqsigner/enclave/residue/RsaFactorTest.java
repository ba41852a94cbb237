package pqsigner.enclave.residue;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

class RsaFactorTest {
  private static final int AT = 37;

  @RepeatedTest(5)
  void aPrimeIsFoundHoweverItIsWritten() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
    RsaFactor factor = new RsaFactor(key.getModulus());
    byte[] signed = key.getPrimeP().toByteArray();
    byte[] memory = new byte[1024];
    new Random(1).nextBytes(memory);
    assertThat(found(factor, memory)).isEmpty();
    for (int form = 0; form < 3; form++) {
      byte[] holding = memory.clone();
      for (int i = 0; i < 128; i++) {
        byte next = signed[signed.length - 128 + i];
        int place = form == 0 ? i : form == 1 ? 127 - i : (i & ~3) + 3 - (i & 3);
        holding[AT + place] = next;
      }
      assertThat(found(factor, holding)).containsExactly(AT);
      holding[AT + 64] ^= 1;
      assertThat(found(factor, holding)).isEmpty();
    }
  }

  private static List<Integer> found(RsaFactor factor, byte[] memory) {
    return factor.positions(memory, memory.length - factor.bytes() + 1);
  }
}
