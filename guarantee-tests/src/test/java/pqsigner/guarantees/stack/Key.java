package pqsigner.guarantees.stack;

import pqsigner.cli.signature.MlDsaPublicKey;

/// A key made for a test.
public record Key(String userId, MlDsaPublicKey publicKey) {}
