package pqsigner.enclave.nsm;

import java.util.HashSet;
import java.util.Set;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborException;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.attestation.cbor.CborReader;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.enclave.nsm.NsmException.Code;

/// The NSM's messages: a variant without fields is a bare text, one with fields a map with one key.
/// Byte fields are byte strings, never arrays of integers.
final class NsmCodec {
  private NsmCodec() {}

  static byte[] encode(NsmRequest request) {
    return CborWriter.write(
        switch (request) {
          case NsmRequest.DescribeNsm() -> Cbor.of("DescribeNSM");
          case NsmRequest.GetRandom() -> Cbor.of("GetRandom");
          case NsmRequest.DescribePcr(int index) ->
              variant("DescribePCR", Cbor.map().with("index", Cbor.of(index)));
          case NsmRequest.ExtendPcr(int index, byte[] data) ->
              variant(
                  "ExtendPCR",
                  Cbor.map().with("index", Cbor.of(index)).with("data", Cbor.of(data)));
          case NsmRequest.LockPcr(int index) ->
              variant("LockPCR", Cbor.map().with("index", Cbor.of(index)));
          case NsmRequest.Attestation(var userData, var nonce, var publicKey) ->
              variant(
                  "Attestation",
                  Cbor.map()
                      .with("user_data", Cbor.ofNullable(userData))
                      .with("nonce", Cbor.ofNullable(nonce))
                      .with("public_key", Cbor.ofNullable(publicKey)));
        });
  }

  static Nsm.Description describeNsm(byte[] response) throws NsmException {
    return read(
        response,
        answer -> {
          Cbor.Map fields = fields(answer, "DescribeNSM", 7);
          Set<Integer> locked = new HashSet<>();
          for (Cbor index : fields.require("locked_pcrs").asArray()) {
            locked.add(small(index));
          }
          return new Nsm.Description(
              small(fields.require("version_major")),
              small(fields.require("version_minor")),
              small(fields.require("version_patch")),
              fields.require("module_id").asText(),
              small(fields.require("max_pcrs")),
              locked,
              fields.require("digest").asText());
        });
  }

  static byte[] getRandom(byte[] response) throws NsmException {
    return read(
        response,
        answer -> {
          byte[] random = fields(answer, "GetRandom", 1).require("random").asBytes();
          if (random.length == 0) {
            throw malformed("no randomness");
          }
          return random;
        });
  }

  static Nsm.Register describePcr(byte[] response) throws NsmException {
    return read(
        response,
        answer -> {
          Cbor.Map fields = fields(answer, "DescribePCR", 2);
          return new Nsm.Register(
              fields.require("lock").asBool(), register(fields.require("data")));
        });
  }

  static byte[] extendPcr(byte[] response) throws NsmException {
    return read(response, answer -> register(fields(answer, "ExtendPCR", 1).require("data")));
  }

  static void lockPcr(byte[] response) throws NsmException {
    String answer = read(response, Cbor::asText);
    if (!answer.equals("LockPCR")) {
      throw malformed("an answer to another request");
    }
  }

  static byte[] attestation(byte[] response) throws NsmException {
    return read(
        response,
        answer -> {
          byte[] document = fields(answer, "Attestation", 1).require("document").asBytes();
          if (document.length == 0) {
            throw malformed("empty document");
          }
          return document;
        });
  }

  private interface Body<T> {
    T of(Cbor answer) throws CborException, NsmException;
  }

  private static <T> T read(byte[] response, Body<T> body) throws NsmException {
    try {
      Cbor answer = CborReader.read(response, CborLimits.NSM_RESPONSE);
      if (answer instanceof Cbor.Map map && map.get("Error") != null) {
        throw new NsmException(Code.named(map.variant("Error").asText()), "said by the module");
      }
      return body.of(answer);
    } catch (CborException e) {
      throw malformed(e.fault().name());
    }
  }

  private static Cbor.Map fields(Cbor answer, String variant, int count)
      throws CborException, NsmException {
    Cbor.Map fields = answer.asMap().variant(variant).asMap();
    if (fields.entries().size() != count) {
      throw malformed("not the fields of " + variant);
    }
    return fields;
  }

  private static byte[] register(Cbor value) throws CborException, NsmException {
    byte[] bytes = value.asBytes();
    if (bytes.length != Pcr.BYTES) {
      throw malformed("a register has " + Pcr.BYTES + " bytes");
    }
    return bytes;
  }

  private static int small(Cbor value) throws CborException, NsmException {
    long number = value.asInt();
    if (number < 0 || number > 0xFFFF) {
      throw malformed("number out of range");
    }
    return (int) number;
  }

  private static Cbor variant(String name, Cbor.Map fields) {
    return Cbor.map().with(name, fields);
  }

  private static NsmException malformed(String detail) {
    return new NsmException(Code.MALFORMED_RESPONSE, detail);
  }
}
