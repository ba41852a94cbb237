package pqsigner.image.measurement;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;

/// Manifests of images that were never built.
public final class Manifests {
  private Manifests() {}

  public static MeasurementManifest of(String version, String pcr0, String pcr16) {
    return new MeasurementManifest(
        version,
        Architecture.X86_64,
        new Measurements(new TreeMap<>(Map.of(0, pcr0, 1, register(1), 2, register(2), 16, pcr16))),
        List.of(
            new Input(
                "kernel", 6, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")),
        new TreeMap<>(Map.of("java", "25.0.3")));
  }

  public static String register(int seed) {
    return "%02x".formatted(seed ^ 0xA5).repeat(48);
  }
}
