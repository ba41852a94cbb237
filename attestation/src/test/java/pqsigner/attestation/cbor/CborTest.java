package pqsigner.attestation.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.attestation.cbor.CborException.Fault;

class CborTest {
  private static final CborLimits LIMITS = new CborLimits(0x3000, 4, false);
  private static final CborLimits OPEN = new CborLimits(0x3000, 4, true);

  /// RFC 8949, appendix A, as far as the NSM uses it.
  @ParameterizedTest
  @CsvSource({
    "00,0",
    "01,1",
    "0a,10",
    "17,23",
    "1818,24",
    "1819,25",
    "1864,100",
    "1903e8,1000",
    "1a000f4240,1000000",
    "1b000000e8d4a51000,1000000000000",
    "1b7fffffffffffffff,9223372036854775807",
    "20,-1",
    "29,-10",
    "3863,-100",
    "3903e7,-1000",
    "3b7fffffffffffffff,-9223372036854775808"
  })
  void integersAreThoseOfTheRfc(String hex, long value) throws CborException {
    assertThat(read(hex)).isEqualTo(Cbor.of(value));
    assertThat(written(Cbor.of(value))).isEqualTo(hex);
  }

  @Test
  void theOtherExamplesOfTheRfcAreReadAndWritten() throws CborException {
    assertBoth("f4", Cbor.of(false));
    assertBoth("f5", Cbor.of(true));
    assertBoth("f6", new Cbor.Null());
    assertBoth("40", Cbor.of(new byte[0]));
    assertBoth("4401020304", Cbor.of(new byte[] {1, 2, 3, 4}));
    assertBoth("60", Cbor.of(""));
    assertBoth("6449455446", Cbor.of("IETF"));
    assertBoth("62c3bc", Cbor.of("\u00fc"));
    assertBoth("64f0908591", Cbor.of("\ud800\udd51"));
    assertBoth("80", Cbor.array());
    assertBoth(
        "8301820203820405",
        Cbor.array(
            Cbor.of(1), Cbor.array(Cbor.of(2), Cbor.of(3)), Cbor.array(Cbor.of(4), Cbor.of(5))));
    assertBoth("a201020304", Cbor.map().with(1, Cbor.of(2)).with(3, Cbor.of(4)));
    assertBoth(
        "a26161016162820203",
        Cbor.map().with("a", Cbor.of(1)).with("b", Cbor.array(Cbor.of(2), Cbor.of(3))));
  }

  /// The bytes that aws-nitro-enclaves-nsm-api writes.
  @Test
  void messagesOfTheNsmAreWrittenByteForByte() {
    assertThat(written(Cbor.of("GetRandom"))).isEqualTo("6947657452616e646f6d");
    assertThat(written(Cbor.of("DescribeNSM"))).isEqualTo("6b44657363726962654e534d");
    assertThat(
            written(
                Cbor.map()
                    .with(
                        "Attestation",
                        Cbor.map()
                            .with("user_data", Cbor.ofNullable(null))
                            .with("nonce", Cbor.ofNullable(null))
                            .with("public_key", Cbor.ofNullable(null)))))
        .isEqualTo(
            "a16b4174746573746174696f6ea369757365725f64617461f6656e6f6e6365f6"
                + "6a7075626c69635f6b6579f6");
    assertThat(
            written(
                Cbor.map()
                    .with(
                        "ExtendPCR",
                        Cbor.map().with("index", Cbor.of(16)).with("data", Cbor.of(new byte[2])))))
        .isEqualTo("a169457874656e64504352a265696e646578106464617461420000");
  }

  @Test
  void anAnswerOfTheNsmIsTakenApart() throws CborException {
    Cbor answer =
        read(
            written(
                Cbor.map()
                    .with(
                        "DescribePCR",
                        Cbor.map()
                            .with("lock", Cbor.of(true))
                            .with("data", Cbor.of(new byte[48])))));

    Cbor.Map register = answer.asMap().variant("DescribePCR").asMap();

    assertThat(register.require("lock").asBool()).isTrue();
    assertThat(register.require("data").asBytes()).hasSize(48);
    assertFault(Fault.MISSING_KEY, () -> answer.asMap().variant("ExtendPCR"));
    assertFault(Fault.WRONG_TYPE, () -> register.variant("lock"));
    assertFault(Fault.MISSING_KEY, () -> register.require("index"));
    assertFault(Fault.WRONG_TYPE, () -> register.require("lock").asBytes());
    assertFault(Fault.WRONG_TYPE, () -> register.require("data").asText());
    assertFault(Fault.WRONG_TYPE, () -> register.require("data").asInt());
    assertFault(Fault.WRONG_TYPE, () -> register.require("data").asBool());
    assertFault(Fault.WRONG_TYPE, answer::asArray);
    assertFault(Fault.WRONG_TYPE, () -> Cbor.of("Error").asMap());
    assertThat(Cbor.ofNullable(null).asBytesOrNull()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "TRUNCATED,''",
    "TRUNCATED,18",
    "TRUNCATED,19ff",
    "TRUNCATED,1a000000",
    "TRUNCATED,1b00000000000000",
    "TRUNCATED,41",
    "TRUNCATED,5affffffff",
    "TRUNCATED,5bffffffffffffffff",
    "TRUNCATED,7b7fffffffffffffff",
    "TRUNCATED,81",
    "TRUNCATED,9a7fffffff",
    "TRUNCATED,9bffffffffffffffff",
    "TRUNCATED,a100",
    "TRUNCATED,ba7fffffff0000",
    "TRAILING_BYTES,0000",
    "TRAILING_BYTES,80f6",
    "TOO_DEEP,818181818100",
    "TOO_DEEP,a100a100a100a100a10000",
    "DUPLICATE_KEY,a200010002",
    "DUPLICATE_KEY,a20001180002",
    "DUPLICATE_KEY,a2616101616102",
    "DUPLICATE_KEY,a261610178016102",
    "INDEFINITE_LENGTH,5fff",
    "INDEFINITE_LENGTH,7fff",
    "INDEFINITE_LENGTH,9fff",
    "INDEFINITE_LENGTH,bfff",
    "INDEFINITE_LENGTH,a100bfff",
    "INVALID_TEXT,61ff",
    "INVALID_TEXT,62c080",
    "INVALID_TEXT,63eda080",
    "INVALID_TEXT,61c3",
    "INTEGER_OUT_OF_RANGE,1b8000000000000000",
    "INTEGER_OUT_OF_RANGE,3b8000000000000000",
    "UNSUPPORTED_ITEM,1c",
    "UNSUPPORTED_ITEM,1f",
    "UNSUPPORTED_ITEM,3f",
    "UNSUPPORTED_ITEM,c000",
    "UNSUPPORTED_ITEM,d28440a04040",
    "UNSUPPORTED_ITEM,dfff",
    "UNSUPPORTED_ITEM,e0",
    "UNSUPPORTED_ITEM,f7",
    "UNSUPPORTED_ITEM,f814",
    "UNSUPPORTED_ITEM,f90000",
    "UNSUPPORTED_ITEM,fb4000000000000000",
    "UNSUPPORTED_ITEM,ff",
    "UNSUPPORTED_ITEM,a1f600",
    "UNSUPPORTED_ITEM,a14000",
    "UNSUPPORTED_ITEM,a18000"
  })
  void everythingElseIsRefused(Fault fault, String hex) {
    assertFault(fault, () -> read(hex));
  }

  @Test
  void onlyTheOutermostMapMayBeOpenAndOnlyWhereAllowed() throws CborException {
    Cbor.Map map = Cbor.map().with("a", Cbor.of(1)).with("b", Cbor.map());
    byte[] open = CborWriter.writeIndefinite(map);

    assertThat(HexFormat.of().formatHex(open)).isEqualTo("bf6161016162a0ff");
    assertThat(CborReader.read(open, OPEN)).isEqualTo(map);
    assertFault(Fault.INDEFINITE_LENGTH, () -> CborReader.read(open, LIMITS));
    assertFault(Fault.INDEFINITE_LENGTH, () -> readOpen("bf00bfffff"));
    assertFault(Fault.INDEFINITE_LENGTH, () -> readOpen("9fff"));
    assertFault(Fault.TRUNCATED, () -> readOpen("bf"));
    assertFault(Fault.TRUNCATED, () -> readOpen("bf0000"));
    assertFault(Fault.UNSUPPORTED_ITEM, () -> readOpen("bf00ff"));
    assertFault(Fault.TRAILING_BYTES, () -> readOpen("bfff00"));
    assertFault(Fault.DUPLICATE_KEY, () -> readOpen("bf00000000ff"));
  }

  @Test
  void theBoundsAreExact() throws CborException {
    CborLimits four = new CborLimits(4, 1, false);

    assertThat(CborReader.read(bytes("43000000"), four).asBytes()).hasSize(3);
    assertThat(CborReader.read(bytes("8100"), four).asArray()).hasSize(1);
    assertFault(Fault.TOO_LARGE, () -> CborReader.read(bytes("4400000000"), four));
    assertFault(Fault.TOO_DEEP, () -> CborReader.read(bytes("8180"), four));
    assertFault(Fault.TOO_DEEP, () -> CborReader.read(bytes("80"), new CborLimits(4, 0, false)));
    assertFault(Fault.TOO_DEEP, () -> CborReader.read(bytes("bfff"), new CborLimits(4, 0, true)));
    assertThat(read("81818180").asArray()).hasSize(1);
    assertThatThrownBy(() -> new CborLimits(0, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsWrittenIsReadBackEqual() throws CborException {
    Random random = new Random(20261123);
    for (int i = 0; i < 2000; i++) {
      Cbor value = value(random, 4);
      byte[] written = CborWriter.write(value);

      assertThat(CborReader.read(written, new CborLimits(1 << 20, 4, false))).isEqualTo(value);
    }
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    Random random = new Random(4711);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] noise = new byte[random.nextInt(12)];
      random.nextBytes(noise);
      try {
        Cbor value = CborReader.read(noise, OPEN);
        assertThat(CborReader.read(CborWriter.write(value), OPEN)).isEqualTo(value);
        read++;
      } catch (CborException e) {
        assertThat(e.fault()).isNotIn(Fault.WRONG_TYPE, Fault.MISSING_KEY, Fault.TOO_LARGE);
      }
    }
    assertThat(read).isGreaterThan(1000);
  }

  @Test
  void textThatIsNotUnicodeIsNotWritten() {
    assertThatThrownBy(() -> CborWriter.write(Cbor.of("\ud800")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsAddedOnce() {
    assertThatThrownBy(() -> Cbor.map().with("a", Cbor.of(1)).with("a", Cbor.of(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesAreNotPrinted() {
    assertThat(Cbor.of(new byte[] {42, 43}).toString()).isEqualTo("Bytes[2]");
  }

  private static Cbor value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> Cbor.of(random.nextLong() >> random.nextInt(64));
      case 1 -> Cbor.of(noise(random));
      case 2 -> Cbor.of("x".repeat(random.nextInt(300)));
      case 3 -> Cbor.of(random.nextBoolean());
      case 4 -> new Cbor.Null();
      case 5 -> {
        List<Cbor> items = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          items.add(value(random, depth - 1));
        }
        yield new Cbor.Array(items);
      }
      default -> {
        Cbor.Map map = Cbor.map();
        for (int i = random.nextInt(5); i > 0; i--) {
          map =
              random.nextBoolean()
                  ? map.with("key " + i, value(random, depth - 1))
                  : map.with(-i, value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(20) == 0 ? 70_000 : random.nextInt(300)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void assertBoth(String hex, Cbor value) throws CborException {
    assertThat(read(hex)).isEqualTo(value);
    assertThat(written(value)).isEqualTo(hex);
  }

  private static void assertFault(
      Fault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
    CborException refused = catchThrowableOfType(CborException.class, reading);
    assertThat(refused).isNotNull();
    assertThat(refused.fault()).isEqualTo(fault);
  }

  private static Cbor read(String hex) throws CborException {
    return CborReader.read(bytes(hex), LIMITS);
  }

  private static Cbor readOpen(String hex) throws CborException {
    return CborReader.read(bytes(hex), OPEN);
  }

  private static String written(Cbor value) {
    return HexFormat.of().formatHex(CborWriter.write(value));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
