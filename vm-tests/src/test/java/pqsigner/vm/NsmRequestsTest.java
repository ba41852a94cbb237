package pqsigner.vm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;

/// Bytes as the driver carries them.
class NsmRequestsTest {
  private final NsmRequests requests = new NsmRequests(new SmallNsm());

  @Test
  void aBareNameIsARequestWithoutFields() {
    assertThat(requests.answer(CborWriter.write(Cbor.of("GetRandom"))))
        .isEqualTo(HexFormat.of().parseHex("a16947657452616e646f6da16672616e646f6d43010203"));
  }

  @Test
  void absentFieldsOfADocumentAreNull() throws Exception {
    Cbor asked =
        Cbor.map()
            .with(
                "Attestation",
                Cbor.map()
                    .with("user_data", Cbor.of(new byte[] {7}))
                    .with("nonce", new Cbor.Null())
                    .with("public_key", new Cbor.Null()));
    Cbor answer = read(requests.answer(CborWriter.write(asked)));
    assertThat(answer.asMap().variant("Attestation").asMap().require("document").asBytes())
        .isEqualTo("[7] null null".getBytes(US_ASCII));
  }

  @Test
  void theModulesErrorsKeepTheirNames() throws Exception {
    Cbor asked = Cbor.map().with("LockPCR", Cbor.map().with("index", Cbor.of(3)));
    assertThat(read(requests.answer(CborWriter.write(asked))))
        .isEqualTo(Cbor.map().with("Error", Cbor.of("ReadOnlyIndex")));
  }

  @Test
  void whatIsNoRequestIsAnInvalidArgument() throws Exception {
    assertThat(read(requests.answer(new byte[] {(byte) 0xFF})))
        .isEqualTo(Cbor.map().with("Error", Cbor.of("InvalidArgument")));
    assertThat(read(requests.answer(CborWriter.write(Cbor.of("Nothing")))))
        .isEqualTo(Cbor.map().with("Error", Cbor.of("InvalidOperation")));
  }

  private static Cbor read(byte[] answer) throws Exception {
    return CborReader.read(answer, CborLimits.NSM_RESPONSE);
  }

  private static final class SmallNsm implements Nsm {
    @Override
    public Description describe() {
      return new Description(1, 0, 0, "m", 32, Set.of(), "SHA384");
    }

    @Override
    public Register describePcr(int index) {
      return new Register(true, new byte[48]);
    }

    @Override
    public byte[] extendPcr(int index, byte[] data) {
      return new byte[48];
    }

    @Override
    public void lockPcr(int index) throws NsmException {
      throw new NsmException(NsmException.Code.READ_ONLY_INDEX, "locked");
    }

    @Override
    public byte[] random() {
      return new byte[] {1, 2, 3};
    }

    @Override
    public byte[] attest(
        byte @Nullable [] userData, byte @Nullable [] nonce, byte @Nullable [] publicKey) {
      return (Arrays.toString(userData)
              + " "
              + Arrays.toString(nonce)
              + " "
              + Arrays.toString(publicKey))
          .getBytes(US_ASCII);
    }
  }
}
