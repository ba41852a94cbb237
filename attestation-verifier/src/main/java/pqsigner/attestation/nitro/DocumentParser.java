package pqsigner.attestation.nitro;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborException.Fault;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;

/// Syntax of the payload. AWS's documents give several bounds for the optional fields; real
/// documents with 1024 bytes in each exist, so that is the bound here.
final class DocumentParser {
  private static final int FIELD_BYTES_MAX = 1024;
  private static final int CERTIFICATE_BYTES_MAX = 1024;
  private static final int CABUNDLE_COUNT_MAX = 8;

  private static final CborLimits PAYLOAD = new CborLimits(CoseSign1.BYTES_MAX, 4, true);

  private static final Set<String> FIELDS =
      Set.of(
          "module_id",
          "digest",
          "timestamp",
          "pcrs",
          "certificate",
          "cabundle",
          "public_key",
          "user_data",
          "nonce");

  /// An enclave on an instance. The bound is far above the 39 characters of today.
  private static final Pattern MODULE_ID = Pattern.compile("i-[0-9a-f]{1,64}-enc[0-9a-f]{1,64}");

  private final Cbor.Map fields;

  private DocumentParser(Cbor.Map fields) {
    this.fields = fields;
  }

  static AttestationDocument parse(byte[] encoded) throws DocumentException {
    CoseSign1 envelope = CoseSign1.parse(encoded);
    if (!(read(envelope.payload(), PAYLOAD, "payload") instanceof Cbor.Map fields)) {
      throw new DocumentException(RejectionReason.FIELD_TYPE, "the payload is not a map");
    }
    return new DocumentParser(fields).document(envelope);
  }

  static Cbor read(byte[] encoded, CborLimits limits, String where) throws DocumentException {
    try {
      return CborReader.read(encoded, limits);
    } catch (CborException e) {
      throw new DocumentException(reason(e.fault()), where + ": " + e.getMessage());
    }
  }

  private AttestationDocument document(CoseSign1 envelope) throws DocumentException {
    refuseUnknownFields();
    return new AttestationDocument(
        moduleId(),
        digest(),
        timestamp(),
        pcrs(),
        sized("certificate", 1, CERTIFICATE_BYTES_MAX, RejectionReason.CERTIFICATE_SIZE),
        cabundle(),
        optional("public_key", 1, RejectionReason.PUBLIC_KEY_SIZE),
        optional("user_data", 0, RejectionReason.USER_DATA_SIZE),
        optional("nonce", 0, RejectionReason.NONCE_SIZE),
        envelope);
  }

  /// A field that we do not know could change the meaning of those we do; AWS added none in five
  /// years.
  private void refuseUnknownFields() throws DocumentException {
    if (fields.get("nitrotpm_pcrs") != null) {
      throw new DocumentException(
          RejectionReason.NITROTPM_DOCUMENT, "this is about an EC2 instance, not an enclave");
    }
    for (Cbor key : fields.entries().keySet()) {
      if (!(key instanceof Cbor.Text(String name)) || !FIELDS.contains(name)) {
        throw new DocumentException(
            RejectionReason.UNKNOWN_FIELD, "only the nine fields of the specification may occur");
      }
    }
  }

  private String moduleId() throws DocumentException {
    String id = text("module_id");
    if (!MODULE_ID.matcher(id).matches()) {
      throw new DocumentException(RejectionReason.MODULE_ID, "not i-<hex>-enc<hex>");
    }
    return id;
  }

  private String digest() throws DocumentException {
    String digest = text("digest");
    if (!digest.equals("SHA384")) {
      throw new DocumentException(RejectionReason.DIGEST, "not SHA384");
    }
    return digest;
  }

  private Instant timestamp() throws DocumentException {
    if (!(require("timestamp") instanceof Cbor.Int(long millis))) {
      throw wrongType("timestamp");
    }
    if (millis <= 0) {
      throw new DocumentException(RejectionReason.TIMESTAMP, "not positive");
    }
    return Instant.ofEpochMilli(millis);
  }

  private NavigableMap<Integer, byte[]> pcrs() throws DocumentException {
    if (!(require("pcrs") instanceof Cbor.Map map)) {
      throw wrongType("pcrs");
    }
    if (map.entries().isEmpty() || map.entries().size() > Pcr.COUNT) {
      throw new DocumentException(RejectionReason.PCR_COUNT, map.entries().size() + " registers");
    }
    NavigableMap<Integer, byte[]> pcrs = new TreeMap<>();
    for (Map.Entry<Cbor, Cbor> entry : map.entries().entrySet()) {
      if (!(entry.getKey() instanceof Cbor.Int(long index))
          || !(entry.getValue() instanceof Cbor.Bytes(byte[] value))) {
        throw wrongType("pcrs");
      }
      if (index < 0 || index >= Pcr.COUNT) {
        throw new DocumentException(RejectionReason.PCR_INDEX, "index " + index);
      }
      if (value.length != Pcr.BYTES) {
        throw new DocumentException(
            RejectionReason.PCR_LENGTH, "PCR" + index + " has " + value.length + " bytes");
      }
      pcrs.put((int) index, value);
    }
    return Collections.unmodifiableNavigableMap(pcrs);
  }

  private List<byte[]> cabundle() throws DocumentException {
    if (!(require("cabundle") instanceof Cbor.Array(List<Cbor> items))) {
      throw wrongType("cabundle");
    }
    if (items.isEmpty() || items.size() > CABUNDLE_COUNT_MAX) {
      throw new DocumentException(RejectionReason.CABUNDLE_COUNT, items.size() + " certificates");
    }
    List<byte[]> bundle = new ArrayList<>();
    for (Cbor item : items) {
      if (!(item instanceof Cbor.Bytes(byte[] der))) {
        throw wrongType("cabundle");
      }
      bundle.add(
          within(
              der,
              1,
              CERTIFICATE_BYTES_MAX,
              RejectionReason.CABUNDLE_CERTIFICATE_SIZE,
              "cabundle[" + bundle.size() + "]"));
    }
    return List.copyOf(bundle);
  }

  /// Unused fields are present and null in real documents; the specification lets them be absent.
  private byte @Nullable [] optional(String name, int min, RejectionReason sizeReason)
      throws DocumentException {
    Cbor value = fields.get(name);
    if (value == null || value instanceof Cbor.Null) {
      return null;
    }
    return sized(name, min, FIELD_BYTES_MAX, sizeReason);
  }

  private byte[] sized(String name, int min, int max, RejectionReason sizeReason)
      throws DocumentException {
    if (!(require(name) instanceof Cbor.Bytes(byte[] bytes))) {
      throw wrongType(name);
    }
    return within(bytes, min, max, sizeReason, name);
  }

  private static byte[] within(
      byte[] bytes, int min, int max, RejectionReason sizeReason, String name)
      throws DocumentException {
    if (bytes.length < min || bytes.length > max) {
      throw new DocumentException(
          sizeReason, name + " has " + bytes.length + " bytes, not " + min + " to " + max);
    }
    return bytes;
  }

  private String text(String name) throws DocumentException {
    if (!(require(name) instanceof Cbor.Text(String value))) {
      throw wrongType(name);
    }
    return value;
  }

  private Cbor require(String name) throws DocumentException {
    Cbor value = fields.get(name);
    if (value == null) {
      throw new DocumentException(RejectionReason.MISSING_FIELD, name);
    }
    return value;
  }

  private static DocumentException wrongType(String name) {
    return new DocumentException(RejectionReason.FIELD_TYPE, name);
  }

  private static RejectionReason reason(Fault fault) {
    return switch (fault) {
      case TOO_LARGE -> RejectionReason.TOO_LARGE;
      case TRUNCATED -> RejectionReason.CBOR_TRUNCATED;
      case TRAILING_BYTES -> RejectionReason.CBOR_TRAILING_BYTES;
      case TOO_DEEP -> RejectionReason.CBOR_TOO_DEEP;
      case DUPLICATE_KEY -> RejectionReason.CBOR_DUPLICATE_KEY;
      case INDEFINITE_LENGTH -> RejectionReason.CBOR_INDEFINITE_LENGTH;
      case INVALID_TEXT -> RejectionReason.CBOR_INVALID_TEXT;
      case INTEGER_OUT_OF_RANGE -> RejectionReason.CBOR_INTEGER_OUT_OF_RANGE;
      case UNSUPPORTED_ITEM -> RejectionReason.CBOR_UNSUPPORTED_ITEM;
      case WRONG_TYPE -> RejectionReason.FIELD_TYPE;
      case MISSING_KEY -> RejectionReason.MISSING_FIELD;
    };
  }
}
