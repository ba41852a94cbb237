package pqsigner.enclave.nsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.enclave.nsm.NsmException.Code;

class NsmCodecTest {

  private static String hex(NsmRequest request) {
    return HexFormat.of().formatHex(NsmCodec.encode(request));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void requestsAreTheBytesThatTheDriverTakes() {
    assertThat(hex(new NsmRequest.GetRandom())).isEqualTo("6947657452616e646f6d");
    assertThat(hex(new NsmRequest.DescribeNsm())).isEqualTo("6b44657363726962654e534d");
    assertThat(hex(new NsmRequest.Attestation(null, null, null)))
        .isEqualTo(
            "a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f6"
                + "6a7075626c69635f6b6579f6");
    assertThat(hex(new NsmRequest.Attestation(new byte[] {1}, new byte[] {2, 3}, new byte[0])))
        .isEqualTo(
            "a16b4174746573746174696f6ea369757365725f646174614101656e6f6e6365420203"
                + "6a7075626c69635f6b657940");
    assertThat(hex(new NsmRequest.DescribePcr(16)))
        .isEqualTo("a16b4465736372696265504352a165696e64657810");
    assertThat(hex(new NsmRequest.ExtendPcr(16, new byte[] {7})))
        .isEqualTo("a169457874656e64504352a265696e6465781064646174614107");
    assertThat(hex(new NsmRequest.LockPcr(31))).isEqualTo("a1674c6f636b504352a165696e646578181f");
  }

  @Test
  void answersAreRead() throws NsmException {
    byte[] register = new byte[48];
    register[47] = 9;
    assertThat(
            NsmCodec.getRandom(answer("GetRandom", Cbor.map().with("random", Cbor.of(register)))))
        .isEqualTo(register);
    assertThat(NsmCodec.extendPcr(answer("ExtendPCR", Cbor.map().with("data", Cbor.of(register)))))
        .isEqualTo(register);
    Nsm.Register described =
        NsmCodec.describePcr(
            answer(
                "DescribePCR",
                Cbor.map().with("lock", Cbor.of(true)).with("data", Cbor.of(register))));
    assertThat(described.locked()).isTrue();
    assertThat(described.value()).isEqualTo(register);
    NsmCodec.lockPcr(bytes("674c6f636b504352"));
    assertThat(
            NsmCodec.attestation(
                answer("Attestation", Cbor.map().with("document", Cbor.of(new byte[] {4})))))
        .containsExactly(4);
    assertThat(NsmCodec.describeNsm(describeNsm()))
        .isEqualTo(new Nsm.Description(1, 2, 3, "i-1-enc2", 32, Set.of(0, 1), "SHA384"));
  }

  private static byte[] describeNsm() {
    return answer(
        "DescribeNSM",
        Cbor.map()
            .with("version_major", Cbor.of(1))
            .with("version_minor", Cbor.of(2))
            .with("version_patch", Cbor.of(3))
            .with("module_id", Cbor.of("i-1-enc2"))
            .with("max_pcrs", Cbor.of(32))
            .with("locked_pcrs", Cbor.array(Cbor.of(0), Cbor.of(1)))
            .with("digest", Cbor.of("SHA384")));
  }

  private static byte[] answer(String variant, Cbor.Map fields) {
    return CborWriter.write(Cbor.map().with(variant, fields));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"UNAVAILABLE", "TIMEOUT", "MALFORMED_RESPONSE"},
      mode = EnumSource.Mode.EXCLUDE)
  void theModulesErrorsKeepTheirNames(Code code) {
    StringBuilder name = new StringBuilder();
    for (String word : code.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
    }
    byte[] response = CborWriter.write(Cbor.map().with("Error", Cbor.of(name.toString())));
    assertThatThrownBy(() -> NsmCodec.getRandom(response))
        .isInstanceOfSatisfying(NsmException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "6947657452616e646f6d",
        "a1 69 47657452616e646f6d a0",
        "a1 69 47657452616e646f6d a1 66 72616e646f6d 40",
        "a1 69 47657452616e646f6d a1 66 72616e646f6d 82 01 02",
        "a1 69 47657452616e646f6d a1 66 72616e646f6d 41 01 00",
        "a1 69 47657452616e646f6d a1 66 72616e646f6d 42 01",
        "a1 69 47657452616e646f6d a2 66 72616e646f6d 41 01 61 78 00",
        "a1 65 4572726f72 63 4f6464",
        "a1 65 4572726f72 01",
        "bf 69 47657452616e646f6d a1 66 72616e646f6d 41 01 ff"
      })
  void whatIsNotAnAnswerIsMalformed(String response) {
    assertThatThrownBy(() -> NsmCodec.getRandom(bytes(response)))
        .isInstanceOfSatisfying(
            NsmException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED_RESPONSE));
  }

  @Test
  void anAnswerCutAnywhereIsMalformed() throws NsmException {
    byte[] whole = describeNsm();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> NsmCodec.describeNsm(cut)).isInstanceOf(NsmException.class);
    }
  }

  @Test
  void anAnswerToAnotherRequestIsMalformed() {
    byte[] locked = bytes("684c6f636b50435273");
    assertThatThrownBy(() -> NsmCodec.lockPcr(locked)).isInstanceOf(NsmException.class);
    byte[] shortRegister = answer("ExtendPCR", Cbor.map().with("data", Cbor.of(new byte[47])));
    assertThatThrownBy(() -> NsmCodec.extendPcr(shortRegister)).isInstanceOf(NsmException.class);
  }
}
