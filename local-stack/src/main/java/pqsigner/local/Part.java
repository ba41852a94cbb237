package pqsigner.local;

/// What a stack is made of. Each needs those it talks to; a test of one component starts as little
/// as it needs.
public enum Part {
  BROKER,
  DYNAMODB,
  REGISTRY,
  KMS,
  ENCLAVE,
  WORKER,
  DELAY_LINE,
  GATEWAY
}
