package pqsigner.worker.batch;

import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request.Mode;

/// What the enclave is to do for a job.
public sealed interface Work {

  record GenerateKey(KeyIdentity identity) implements Work {}

  record Sign(KeyRecord key, Mode mode, byte[] content, byte[] context) implements Work {}
}
