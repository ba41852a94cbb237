package pqsigner.gateway.admission;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import pqsigner.gateway.ledger.RequestContent;

/// What the gateway mints: identifiers that the caller left out (RFC 9562), and nonces of births.
public final class MintedIds {

  private final InstantSource clock;
  private final SecureRandom random;

  public MintedIds(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /// A UUIDv7: sorts by time, which an operator reading logs is glad of; 74 random bits, so that it
  /// cannot be guessed or collide.
  public String requestId() {
    long millis = clock.millis() & 0xffff_ffff_ffffL;
    long high = (millis << 16) | 0x7000L | (random.nextLong() & 0x0fffL);
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /// What the birth attestation of a new key must show, and no document made before can.
  public byte[] birthNonce() {
    byte[] nonce = new byte[RequestContent.BIRTH_NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  /// A UUIDv4: says nothing about when the key was made.
  public String userId() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
