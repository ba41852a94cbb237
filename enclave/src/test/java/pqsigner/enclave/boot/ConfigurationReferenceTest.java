package pqsigner.enclave.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.enclave.testing.TestCertificates;

/// The table of settings in the source, from which docs/configuration.md is made, is what the
/// enclave does: the same keys, defaults and bounds.
class ConfigurationReferenceTest {
  private static final Path SOURCE =
      Path.of("src/main/java/pqsigner/enclave/boot/EnclaveConfiguration.java");
  private static final Pattern ROW =
      Pattern.compile("/// \\| `(.+?)` \\| `?(.+?)`? \\| (.+?) \\| (.+?) \\| (.+?) \\|");
  private static final String MINIMAL =
      """
      kms.key-arn = arn:aws:kms:eu-central-1:111122223333:key/abc-1
      kms.region = eu-central-1
      kms.endpoint-host = kms.eu-central-1.amazonaws.com
      kms.address = vsock:3:8000
      kms.trust-roots = roots.pem
      """;

  record Setting(String key, String byDefault, String values) {
    boolean required() {
      return byDefault.equals("required");
    }

    /// Lowest and highest value, if these are what it has.
    List<String> bounds() {
      Matcher matcher = Pattern.compile("([0-9]+[a-z]*) to ([0-9]+[a-z]*)").matcher(values);
      return !required() && matcher.matches()
          ? List.of(matcher.group(1), matcher.group(2))
          : List.of();
    }
  }

  @TempDir Path folder;

  @BeforeEach
  void writeRoots() throws Exception {
    new TestCertificates("root").writeRoot(folder.resolve("roots.pem"));
  }

  private String read(String text) throws ConfigurationException, IOException {
    Path file = folder.resolve("enclave.properties");
    Files.writeString(file, text);
    return new String(EnclaveConfiguration.read(file).canonical(), UTF_8);
  }

  static List<Setting> settings() throws IOException {
    return Files.readAllLines(SOURCE).stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> new Setting(row.group(1), row.group(2), row.group(3)))
        .toList();
  }

  static Stream<Setting> optional() throws IOException {
    return settings().stream().filter(setting -> !setting.required());
  }

  static Stream<Setting> required() throws IOException {
    return settings().stream().filter(Setting::required);
  }

  static Stream<Setting> bounded() throws IOException {
    return settings().stream().filter(setting -> !setting.bounds().isEmpty());
  }

  @Test
  void everyMeasuredKeyIsInTheTableAndNoOther() throws Exception {
    List<String> measured =
        read(MINIMAL).lines().skip(1).map(line -> line.substring(0, line.indexOf('='))).toList();

    assertThat(settings())
        .extracting(Setting::key)
        .hasSizeGreaterThan(20)
        .containsExactlyInAnyOrderElementsOf(measured);
  }

  @ParameterizedTest
  @MethodSource("optional")
  void aDefaultSaidAloudChangesNothing(Setting setting) throws Exception {
    assertThat(read(MINIMAL + setting.key() + " = " + setting.byDefault() + "\n"))
        .isEqualTo(read(MINIMAL));
  }

  @ParameterizedTest
  @MethodSource("required")
  void withoutARequiredKeyTheEnclaveDoesNotBootAndNamesIt(Setting setting) {
    String without = MINIMAL.replaceAll("(?m)^" + Pattern.quote(setting.key()) + " .*\n", "");

    assertThatThrownBy(() -> read(without))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(setting.key() + " is missing");
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void aBoundIsTakenAndWhatIsBeyondItIsRefusedByName(Setting setting) throws Exception {
    for (String bound : setting.bounds()) {
      assertThat(read(MINIMAL + setting.key() + " = " + bound + "\n")).isNotEmpty();
    }
    for (String beyond :
        List.of(beyond(setting.bounds().get(0), -1), beyond(setting.bounds().get(1), 1))) {
      assertThatThrownBy(() -> read(MINIMAL + setting.key() + " = " + beyond + "\n"))
          .as(beyond)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith(setting.key() + " is not a ");
    }
  }

  /// The next number, or the next millisecond.
  private static String beyond(String bound, int step) {
    Matcher matcher = Pattern.compile("([0-9]+)([a-z]*)").matcher(bound);
    assertThat(matcher.matches()).isTrue();
    long amount = Long.parseLong(matcher.group(1));
    long millis =
        switch (matcher.group(2)) {
          case "", "ms" -> amount;
          case "s" -> amount * 1000;
          case "m" -> amount * 60_000;
          case "h" -> amount * 3_600_000;
          default -> throw new AssertionError(bound);
        };
    return (millis + step) + (matcher.group(2).isEmpty() ? "" : "ms");
  }
}
