package pqsigner.vm;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmException;

/// The module's end of the driver's messages, for any [Nsm]: written against the published message
/// format and not against the enclave's codec, so that the two check each other.
final class NsmRequests {
  private final Nsm module;

  NsmRequests(Nsm module) {
    this.module = module;
  }

  /// @return the encoded answer; a request that is none gets `InvalidArgument`
  byte[] answer(byte[] request) {
    Cbor answer;
    try {
      answer = answer(CborReader.read(request, CborLimits.NSM_REQUEST));
    } catch (CborException e) {
      answer = error("InvalidArgument");
    } catch (NsmException e) {
      answer = error(wireName(e.code()));
    }
    return CborWriter.write(answer);
  }

  private Cbor answer(Cbor request) throws CborException, NsmException {
    return switch (request) {
      case Cbor.Text(String name) when name.equals("DescribeNSM") -> describe();
      case Cbor.Text(String name) when name.equals("GetRandom") ->
          variant("GetRandom", Cbor.map().with("random", Cbor.of(module.random())));
      case Cbor.Map map when map.entries().size() == 1 -> withFields(map);
      default -> error("InvalidOperation");
    };
  }

  private Cbor withFields(Cbor.Map map) throws CborException, NsmException {
    String name = map.entries().firstEntry().getKey().asText();
    Cbor.Map fields = map.variant(name).asMap();
    return switch (name) {
      case "DescribePCR" -> {
        Nsm.Register register = module.describePcr(index(fields));
        yield variant(
            name,
            Cbor.map()
                .with("lock", Cbor.of(register.locked()))
                .with("data", Cbor.of(register.value())));
      }
      case "ExtendPCR" -> {
        byte[] data = fields.require("data").asBytes();
        yield variant(
            name, Cbor.map().with("data", Cbor.of(module.extendPcr(index(fields), data))));
      }
      case "LockPCR" -> {
        module.lockPcr(index(fields));
        yield Cbor.of(name);
      }
      case "Attestation" -> {
        byte[] document =
            module.attest(
                optional(fields, "user_data"),
                optional(fields, "nonce"),
                optional(fields, "public_key"));
        yield variant(name, Cbor.map().with("document", Cbor.of(document)));
      }
      default -> error("InvalidOperation");
    };
  }

  private Cbor describe() throws NsmException {
    Nsm.Description is = module.describe();
    Cbor[] locked =
        is.lockedPcrs().stream().sorted().map(index -> Cbor.of(index)).toArray(Cbor[]::new);
    return variant(
        "DescribeNSM",
        Cbor.map()
            .with("version_major", Cbor.of(is.versionMajor()))
            .with("version_minor", Cbor.of(is.versionMinor()))
            .with("version_patch", Cbor.of(is.versionPatch()))
            .with("module_id", Cbor.of(is.moduleId()))
            .with("max_pcrs", Cbor.of(is.maxPcrs()))
            .with("locked_pcrs", Cbor.array(locked))
            .with("digest", Cbor.of(is.digest())));
  }

  private static int index(Cbor.Map fields) throws CborException {
    return Math.toIntExact(Math.clamp(fields.require("index").asInt(), -1, 0xFFFF));
  }

  private static byte @Nullable [] optional(Cbor.Map fields, String name) throws CborException {
    Cbor value = fields.get(name);
    return value == null ? null : value.asBytesOrNull();
  }

  private static Cbor variant(String name, Cbor fields) {
    return Cbor.map().with(name, fields);
  }

  private static Cbor error(String name) {
    return variant("Error", Cbor.of(name));
  }

  /// READ_ONLY_INDEX is ReadOnlyIndex on the wire.
  private static String wireName(NsmException.Code code) {
    return Arrays.stream(code.name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
