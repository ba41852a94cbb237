package pqsigner.cli;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import pqsigner.client.MlDsaPublicKey;

/// An ML-DSA-65 key that signs as the enclave would, and what the service says of it.
final class CustodianKey {
  private final KeyPair pair;

  private CustodianKey(KeyPair pair) {
    this.pair = pair;
  }

  static CustodianKey generate() {
    try {
      return new CustodianKey(KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  MlDsaPublicKey publicKey() {
    return MlDsaPublicKey.decode(spki());
  }

  byte[] spki() {
    return pair.getPublic().getEncoded();
  }

  /// As `sha256sum` prints it for the DER file that the JDK writes.
  String fingerprint() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spki()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  byte[] sign(String message) {
    return sign(message.getBytes(StandardCharsets.UTF_8));
  }

  byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance("ML-DSA");
      signer.initSign(pair.getPrivate());
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The JDK knows no contexts; Bouncy Castle does.
  byte[] sign(String message, String context) throws Exception {
    CipherParameters key =
        new ParametersWithRandom(
            PrivateKeyFactory.createKey(pair.getPrivate().getEncoded()), new SecureRandom());
    MLDSASigner signer = new MLDSASigner();
    signer.init(true, new ParametersWithContext(key, context.getBytes(StandardCharsets.UTF_8)));
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    signer.update(bytes, 0, bytes.length);
    return signer.generateSignature();
  }

  /// The answer to a key generation.
  String generated(String requestId, String userId) {
    return """
    {"request_id":"%s","user_id":"%s","alg":"ML-DSA-65","key_version":1,"public_key":"%s",
     "public_key_spki":"%s","birth_attestation":"%s","sealed_key_sha256":"%s",
     "created_at":"2026-01-02T03:04:05Z"}"""
        .formatted(
            requestId,
            userId,
            base64(publicKey().raw()),
            base64(spki()),
            base64("document".getBytes(StandardCharsets.UTF_8)),
            base64(new byte[32]));
  }

  /// The answer to a lookup of its user's keys.
  String listed(String userId) {
    return "{\"user_id\":\"%s\",\"keys\":[%s]}".formatted(userId, version("ENABLED"));
  }

  /// A version in such an answer.
  String version(String state) {
    return generated("r", "u")
        .replace("{", "{\"state\":\"%s\",".formatted(state))
        .replace("\"user_id\":\"u\",", "");
  }

  /// The answer to a request to sign.
  String signed(String requestId, String userId, byte[] signature) {
    return """
    {"request_id":"%s","user_id":"%s","alg":"ML-DSA-65","key_version":1,"signature":"%s",
     "signed_at":"2026-01-02T03:04:05Z"}"""
        .formatted(requestId, userId, base64(signature));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
