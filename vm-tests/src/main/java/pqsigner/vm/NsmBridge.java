package pqsigner.vm;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.CborLimits;
import pqsigner.local.enclave.DocumentWriter;
import pqsigner.local.enclave.SimulatedNsm;
import pqsigner.local.pki.Pem;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Listener;
import pqsigner.protocol.transport.Transport;

/// The module behind `nsm_device`: the local stack's simulated one, in a process of its own, so
/// that the enclave reaches it through the kernel or not at all. Arguments: the file of [VmFacts],
/// where to listen.
public final class NsmBridge {
  private NsmBridge() {}

  public static void main(String[] arguments) throws IOException {
    NsmRequests module = new NsmRequests(module(VmFacts.read(Path.of(arguments[0]))));
    try (Listener listener = Transport.listen(EndpointAddress.parse(arguments[1]))) {
      while (true) {
        try (Connection device = listener.accept()) {
          exchange(device, module);
        }
      }
    }
  }

  /// One request, one answer, each behind its length.
  static void exchange(Connection device, NsmRequests module) throws IOException {
    DataInputStream in = new DataInputStream(device.input());
    int length = in.readInt();
    if (length < 1 || length > CborLimits.NSM_REQUEST.bytesMax()) {
      throw new IOException("a request of " + length + " bytes");
    }
    byte[] answer = module.answer(in.readNBytes(length));
    device
        .output()
        .write(ByteBuffer.allocate(4 + answer.length).putInt(answer.length).put(answer).array());
  }

  private static SimulatedNsm module(VmFacts facts) {
    var documents =
        new DocumentWriter(
            facts.moduleId(),
            Pem.certificates(facts.pki("nsm-cabundle.pem")),
            Pem.certificate(facts.pki("nsm-leaf.crt")),
            Pem.privateKey(facts.pki("nsm-leaf.key")),
            DocumentWriter.PayloadMap.INDEFINITE);
    byte[] role = Pcr.extend(new byte[Pcr.BYTES], facts.role().getBytes(StandardCharsets.US_ASCII));
    return new SimulatedNsm(
        documents,
        Map.of(
            0,
            facts.register("pcr0"),
            1,
            facts.register("pcr1"),
            2,
            facts.register("pcr2"),
            3,
            role),
        InstantSource.system());
  }
}
