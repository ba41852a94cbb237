package pqsigner.image.measurement;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import pqsigner.attestation.Pcr;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.InputFiles;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

/// What an image is made of and how it will measure. It carries no time and no path, so two people
/// who build the same thing have the same file.
///
/// It is a claim, not a proof: whoever relies on it builds the image again and compares, or trusts
/// who handed it over.
///
/// @param version of the enclave
/// @param inputs what went in, by hash: `kernel`, `cmdline`, each file of the ramdisks that we laid
///   out, and `ramdisk0` where it was given whole
/// @param versions of the Java runtime and of the tool
public record MeasurementManifest(
    String version,
    Architecture architecture,
    Measurements measurements,
    List<Input> inputs,
    SortedMap<String, String> versions) {

  private static final int BYTES_MAX = 8 << 20;
  private static final List<Integer> REQUIRED =
      List.of(
          Measurements.IMAGE,
          Measurements.BOOT,
          Measurements.APPLICATION,
          Measurements.CONFIGURATION);
  private static final String ZERO = "00".repeat(Pcr.BYTES);

  public MeasurementManifest {
    inputs = List.copyOf(inputs);
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    for (int index : REQUIRED) {
      String value = measurements.pcrs().get(index);
      // Zero is what an enclave in debug mode shows: whoever asks for zero admits them all.
      if (value == null || value.equals(ZERO)) {
        throw new IllegalArgumentException("PCR" + index + " is missing or zero");
      }
    }
  }

  public String pcr(int index) {
    String value = measurements.pcrs().get(index);
    if (value == null) {
      throw new IllegalArgumentException("the manifest has no PCR" + index);
    }
    return value;
  }

  /// @throws RefusedException when it is not exactly a manifest of this version
  public static MeasurementManifest read(Path file) throws RefusedException {
    return parse(InputFiles.read(file, BYTES_MAX));
  }

  /// @throws RefusedException when it is not exactly a manifest of this version
  public static MeasurementManifest parse(byte[] json) throws RefusedException {
    try {
      return ManifestJson.parse(json);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Reason.MANIFEST_MALFORMED, "not a measurement manifest: " + e.getMessage(), e);
    }
  }

  public byte[] json() {
    return ManifestJson.write(this);
  }
}
