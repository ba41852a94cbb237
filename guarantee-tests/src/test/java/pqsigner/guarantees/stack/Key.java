package pqsigner.guarantees.stack;

import pqsigner.client.MlDsaPublicKey;

/// A key made for a test.
public record Key(String userId, MlDsaPublicKey publicKey) {}
