package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

  @ParameterizedTest
  @CsvSource({
    "2030-01-31T12:00:00Z,            2030-01-31T12:00:00Z",
    "2030-01-31t12:00:00z,            2030-01-31T12:00:00Z",
    "2030-01-31T12:00:00.5Z,          2030-01-31T12:00:00.5Z",
    "2030-01-31T12:00:00.123456789Z,  2030-01-31T12:00:00.123456789Z",
    "2030-01-31T12:00:00.1234567899Z, 2030-01-31T12:00:00.123456789Z",
    "2030-01-31T12:00:00+01:30,       2030-01-31T10:30:00Z",
    "2030-01-31T12:00:00-01:30,       2030-01-31T13:30:00Z",
    "2030-01-31T12:00:00+23:59,       2030-01-30T12:01:00Z",
    "2030-01-31T12:00:00-00:00,       2030-01-31T12:00:00Z",
    "2028-02-29T00:00:00Z,            2028-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z,            0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z,            9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59,       +10000-01-01T23:58:59Z"
  })
  void aTimeOfTheGrammarIsRead(String text, String expected) {
    assertThat(Rfc3339.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "2016-12-31T23:59:60Z,      2016-12-31T23:59:59.999999999Z",
    "2016-12-31T23:59:60.7Z,    2016-12-31T23:59:59.999999999Z",
    "2017-01-01T00:59:60+01:00, 2016-12-31T23:59:59.999999999Z",
    "2030-06-30T23:59:60Z,      2030-06-30T23:59:59.999999999Z"
  })
  void aLeapSecondIsTheLastMomentBeforeIt(String text, String expected) {
    assertThat(Rfc3339.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2030-01-31",
        "2030-01-31T12:00Z",
        "2030-01-31T12:00:00",
        "2030-01-31 12:00:00Z",
        "2030-01-31T12:00:00.Z",
        "2030-01-31T12:00:00,5Z",
        "2030-01-31T24:00:00Z",
        "2030-01-31T12:60:00Z",
        "2030-01-31T12:00:61Z",
        "2030-01-31T12:00:60Z",
        "2030-01-30T23:59:60Z",
        "2030-02-29T12:00:00Z",
        "2030-13-01T12:00:00Z",
        "2030-00-01T12:00:00Z",
        "2030-01-31T12:00:00+24:00",
        "2030-01-31T12:00:00+01:60",
        "2030-01-31T12:00:00+0100",
        "2030-01-31T12:00:00+01",
        "2030-01-31T12:00:00 Z",
        " 2030-01-31T12:00:00Z",
        "2030-01-31T12:00:00Z\n",
        "+2030-01-31T12:00:00Z",
        "12030-01-31T12:00:00Z",
        "20300131T120000Z",
        "2030-W05-4T12:00:00Z",
        "２０３０-01-31T12:00:00Z",
        "1893456000"
      })
  void anythingElseIsRefused(String text) {
    assertThat(Rfc3339.parse(text)).isEmpty();
  }

  @Test
  void aTimeHasAtMost64Characters() {
    String longest = "2030-01-31T12:00:00." + "1".repeat(64 - 21) + "Z";
    assertThat(longest).hasSize(64);
    assertThat(Rfc3339.parse(longest)).isPresent();
    assertThat(Rfc3339.parse(longest.replace("Z", "1Z"))).isEmpty();
  }

  @Test
  void whatTheJdkWritesIsReadAsTheSameInstant() {
    Random random = new Random(3339);
    for (int i = 0; i < 10_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(random.nextLong(4_102_444_800L), random.nextInt(1_000_000_000));
      ZoneOffset offset =
          ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2 * 18 * 60 + 1) - 18 * 60));
      String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(offset));
      // The JDK leaves out seconds that are zero only in toString(), never with this formatter.
      assertThat(Rfc3339.parse(text)).as(text).contains(instant);
    }
  }
}
