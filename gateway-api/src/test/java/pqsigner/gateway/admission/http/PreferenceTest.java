package pqsigner.gateway.admission.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {

  private static final Duration DEFAULT = Duration.ofSeconds(10);
  private static final Duration MAX = Duration.ofSeconds(30);

  @Test
  void withoutTheHeaderTheDefaultHolds() {
    Preference preference = of();
    assertThat(preference.patience()).isEqualTo(DEFAULT);
    assertThat(preference.applied(true)).isEmpty();
    assertThat(preference.applied(false)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=5 | 5",
        "wait=0 | 0",
        "wait=30 | 30",
        "wait=31 | 30",
        "wait=999999999 | 30",
        "WAIT=5 | 5",
        "wait = 5 | 5",
        "wait=\"5\" | 5",
        "wait=5; foo=bar | 5",
        "wait=5;foo=\"a,b\" , wait=7 | 5",
        "foo, wait=5 | 5",
        "foo=\"wait=9, x\", wait=5 | 5",
        "wait=5, wait=7 | 5",
        "wait=x, wait=7 | 7",
        "handling=strict,wait=5,return=minimal | 5",
        "respond-async | 0",
        "Respond-Async | 0",
        "respond-async, wait=5 | 5",
        "wait=5, respond-async | 5"
      })
  void aWaitIsReadAndBounded(String header, int seconds) {
    assertThat(of(header).patience()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "wait",
        "wait=",
        "wait=-1",
        "wait=1.5",
        "wait=1s",
        "wait=\"\"",
        "wait=1234567890",
        "wait=99999999999999999999",
        "waits=5",
        "xwait=5",
        "wait:5",
        "wait=\"5",
        "=5",
        "wait=٥",
        "respond_async",
        "\"respond-async\""
      })
  void whatIsNotUnderstoodIsIgnored(String header) {
    Preference preference = of(header);
    assertThat(preference.patience()).isEqualTo(DEFAULT);
    assertThat(preference.applied(true)).isEmpty();
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(of("foo", "wait=5").patience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(of("respond-async", "wait=5").applied(true)).contains("respond-async, wait=5");
  }

  @Test
  void whatWasAppliedIsSaid() {
    assertThat(of("wait=5").applied(false)).contains("wait=5");
    assertThat(of("wait=60").applied(true)).contains("wait=30");
    assertThat(of("respond-async").applied(true)).contains("respond-async");
    assertThat(of("respond-async").applied(false)).isEmpty();
    assertThat(of("respond-async, wait=5").applied(false)).contains("wait=5");
  }

  @Test
  void noMoreThan16PreferencesAreRead() {
    assertThat(of("x, ".repeat(15) + "wait=5").patience()).isEqualTo(Duration.ofSeconds(5));
    assertThat(of("x, ".repeat(16) + "wait=5").patience()).isEqualTo(DEFAULT);
  }

  @Test
  void aHostileHeaderCostsLittle() {
    String hostile = "a=\"" + "\\\"".repeat(4_000);
    assertThat(of(hostile).patience()).isEqualTo(DEFAULT);
    assertThat(of("a" + ";x=\"\"".repeat(3_000) + "\"").patience()).isEqualTo(DEFAULT);
  }

  private static Preference of(String... headers) {
    return Preference.of(List.of(headers), DEFAULT, MAX);
  }
}
