package pqsigner.worker.batch;

import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Request;
import pqsigner.protocol.Request.Mode;

/// What the enclave is to do for a job.
public sealed interface Work {

  record GenerateKey(Request.GenerateKey request) implements Work {}

  record Sign(KeyRecord key, Mode mode, byte[] content, byte[] context) implements Work {}
}
