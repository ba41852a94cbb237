package pqsigner.image.measurement;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import pqsigner.image.input.Architecture;
import pqsigner.image.input.Input;
import pqsigner.image.input.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The manifest's file format: every field present, none unknown.
///
/// ```
/// { "format": "pq-signer/enclave-measurements/v1",
///   "version": "…", "architecture": "x86_64", "hash": "SHA-384",
///   "pcrs": { "0": hex, "1": hex, "2": hex, "8": hex if signed, "16": hex },
///   "versions": { name: text … },
///   "inputs": [ { "name": …, "bytes": n, "sha256": hex } … ] }
/// ```
final class ManifestJson {
  private static final String FORMAT = "pq-signer/enclave-measurements/v1";
  private static final String HASH = "SHA-384";
  private static final Set<String> FIELDS =
      Set.of("format", "version", "architecture", "hash", "pcrs", "versions", "inputs");
  private static final Set<String> INPUT_FIELDS = Set.of("name", "bytes", "sha256");
  private static final int INPUTS_MAX = 20_100;

  private ManifestJson() {}

  static byte[] write(MeasurementManifest manifest) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    root.put("version", manifest.version());
    root.put("architecture", manifest.architecture().label());
    root.put("hash", HASH);
    ObjectNode pcrs = root.putObject("pcrs");
    manifest.measurements().pcrs().forEach((index, value) -> pcrs.put("" + index, value));
    ObjectNode versions = root.putObject("versions");
    manifest.versions().forEach(versions::put);
    ArrayNode inputs = root.putArray("inputs");
    for (Input input : manifest.inputs()) {
      inputs
          .addObject()
          .put("name", input.name())
          .put("bytes", input.bytes())
          .put("sha256", input.sha256());
    }
    return (Json.page(root) + "\n").getBytes(UTF_8);
  }

  /// @throws IllegalArgumentException when anything is not as written above
  static MeasurementManifest parse(byte[] json) {
    JsonNode root;
    try {
      root = Json.parse(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not one JSON value", e);
    }
    requireFields(root, FIELDS);
    if (!text(root, "format").equals(FORMAT) || !text(root, "hash").equals(HASH)) {
      throw new IllegalArgumentException("another format or hash");
    }
    return new MeasurementManifest(
        text(root, "version"),
        Architecture.named(text(root, "architecture"))
            .orElseThrow(() -> new IllegalArgumentException("unknown architecture")),
        new Measurements(pcrs(root.path("pcrs"))),
        inputs(root.path("inputs")),
        texts(root.path("versions")));
  }

  private static NavigableMap<Integer, String> pcrs(JsonNode node) {
    NavigableMap<Integer, String> pcrs = new TreeMap<>();
    texts(node)
        .forEach(
            (name, value) -> {
              if (!name.matches("0|[1-9][0-9]?")) {
                throw new IllegalArgumentException("no register: " + name);
              }
              pcrs.put(Integer.valueOf(name), value);
            });
    return pcrs;
  }

  private static SortedMap<String, String> texts(JsonNode node) {
    requireObject(node);
    SortedMap<String, String> texts = new TreeMap<>();
    for (String name : node.propertyNames()) {
      texts.put(name, text(node, name));
    }
    return texts;
  }

  private static List<Input> inputs(JsonNode node) {
    if (!node.isArray() || node.size() > INPUTS_MAX) {
      throw new IllegalArgumentException("inputs is not a list, or is too long");
    }
    List<Input> inputs = new ArrayList<>();
    for (JsonNode each : node) {
      requireFields(each, INPUT_FIELDS);
      JsonNode bytes = each.path("bytes");
      String sha256 = text(each, "sha256");
      if (!bytes.isIntegralNumber()
          || !bytes.canConvertToLong()
          || bytes.longValue() < 0
          || !sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("an input lacks its size or hash");
      }
      inputs.add(new Input(text(each, "name"), bytes.longValue(), sha256));
    }
    return inputs;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isString()) {
      throw new IllegalArgumentException(field + " is no text");
    }
    return value.stringValue();
  }

  private static void requireFields(JsonNode node, Set<String> fields) {
    requireObject(node);
    if (!Set.copyOf(node.propertyNames()).equals(fields)) {
      throw new IllegalArgumentException("fields are not exactly " + new TreeSet<>(fields));
    }
  }

  private static void requireObject(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("not an object");
    }
  }
}
