package pqsigner.image.measurement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.image.Refusals.assertRefused;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

class MeasurementManifestTest {
  private static final MeasurementManifest MANIFEST =
      Manifests.of("1.2.3", register(0), register(16));

  private static String register(int seed) {
    return Manifests.register(seed);
  }

  @Test
  void itIsThisText() {
    assertThat(new String(MANIFEST.json(), UTF_8))
        .isEqualTo(
            """
            {
              "format" : "pq-signer/enclave-measurements/v1",
              "version" : "1.2.3",
              "architecture" : "x86_64",
              "hash" : "SHA-384",
              "pcrs" : {
                "0" : "%s",
                "1" : "%s",
                "2" : "%s",
                "16" : "%s"
              },
              "versions" : {
                "java" : "25.0.3"
              },
              "inputs" : [
                {
                  "name" : "kernel",
                  "bytes" : 6,
                  "sha256" : "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
                }
              ]
            }
            """
                .formatted(register(0), register(1), register(2), register(16)));
  }

  @Test
  void whatWasWrittenIsReadBack() throws RefusedException {
    assertThat(MeasurementManifest.parse(MANIFEST.json())).isEqualTo(MANIFEST);
  }

  @Test
  void itsRegistersAreWhatAnAttestationPolicyTakes() {
    assertThat(MANIFEST.measurements().registers().keySet()).containsExactly(0, 1, 2, 16);
    assertThat(MANIFEST.measurements().registers().get(16))
        .isEqualTo(HexFormat.of().parseHex(register(16)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"hash\" : \"SHA-384\",->",
        "\"hash\" : \"SHA-384\"->\"hash\" : \"SHA-256\"",
        "measurements/v1->measurements/v2",
        "\"x86_64\"->\"vax\"",
        "\"x86_64\"->7",
        "\"version\" :->\"verzion\" :",
        "\"hash\" :->\"extra\" : 1, \"hash\" :",
        "\"hash\" :->\"hash\" : \"SHA-384\", \"hash\" :",
        "\"16\" :->\"17\" :",
        "\"2\" :->\"3\" :",
        "\"2\" :->\"02\" :",
        "\"2\" :->\"33\" :",
        "\"bytes\" : 6->\"bytes\" : -6",
        "\"bytes\" : 6->\"bytes\" : 6.5",
        "\"bytes\" : 6->\"bytes\" : 99999999999999999999",
        "\"sha256\" : \"6e->\"sha256\" : \"6E",
        "\"inputs\" : [->\"inputs\" : [ 1,",
        "\"versions\" : {->\"versions\" : [ ], \"v\" : {",
      })
  void anythingElseIsRefused(String change) {
    String text = new String(MANIFEST.json(), UTF_8);
    String[] parts = change.split("->", -1);
    String changed = text.replaceFirst(java.util.regex.Pattern.quote(parts[0]), parts[1]);
    assertThat(changed).isNotEqualTo(text);

    assertRefused(
        Reason.MANIFEST_MALFORMED, () -> MeasurementManifest.parse(changed.getBytes(UTF_8)));
  }

  @Test
  void noTruncationOrAdditionIsRead() {
    byte[] json = MANIFEST.json();
    for (int length = 0; length < json.length - 1; length++) {
      byte[] truncated = java.util.Arrays.copyOf(json, length);
      assertRefused(Reason.MANIFEST_MALFORMED, () -> MeasurementManifest.parse(truncated));
    }
    byte[] more = (new String(json, UTF_8) + "{}").getBytes(UTF_8);
    assertRefused(Reason.MANIFEST_MALFORMED, () -> MeasurementManifest.parse(more));
  }

  /// All enclaves in debug mode have zero there.
  @Test
  void zeroIsNoMeasurement() {
    for (int index : new int[] {0, 1, 2, 16}) {
      TreeMap<Integer, String> pcrs = new TreeMap<>(MANIFEST.measurements().pcrs());
      pcrs.put(index, "00".repeat(48));
      Measurements zero = new Measurements(pcrs);
      assertThatThrownBy(
              () ->
                  new MeasurementManifest(
                      "1",
                      Architecture.X86_64,
                      zero,
                      List.of(new Input("kernel", 1, "00".repeat(32))),
                      new TreeMap<>(Map.of())))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
