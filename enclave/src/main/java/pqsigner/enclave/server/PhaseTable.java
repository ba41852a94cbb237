package pqsigner.enclave.server;

import pqsigner.protocol.Phase;
import pqsigner.protocol.Request;

/// Which request is legal in which phase; all others are refused as NOT_READY.
///
/// | phase | Status | Credentials | GenerateKey | Sign |
/// |---|---|---|---|---|
/// | BOOTING | x | | | |
/// | ATTESTED | x | x | | |
/// | SERVING | x | x | x | x |
/// | DRAINING | x | | | |
/// | DEAD | x | | | |
final class PhaseTable {
  private PhaseTable() {}

  static boolean allows(Phase phase, Request request) {
    return switch (request) {
      case Request.Status _ -> true;
      case Request.Credentials _ -> phase == Phase.ATTESTED || phase == Phase.SERVING;
      case Request.Job _ -> phase == Phase.SERVING;
    };
  }
}
