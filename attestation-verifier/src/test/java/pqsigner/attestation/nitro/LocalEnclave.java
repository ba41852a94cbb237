package pqsigner.attestation.nitro;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import pqsigner.attestation.Pcr;
import pqsigner.attestation.cbor.Cbor;
import pqsigner.attestation.cbor.CborWriter;
import pqsigner.attestation.nitro.Certificates.Content;

/// An enclave whose documents have the real shape and chain to a root of its own, so that tests can
/// have properly signed documents with anything wrong in them.
final class LocalEnclave {
  static final String ROOT = "CN=local.nitro-enclaves";
  static final String REGION = "CN=region.local.nitro-enclaves";
  static final String ZONE = "CN=zone.local.nitro-enclaves";
  static final String INSTANCE = "CN=i-0123456789abcdef0.local.nitro-enclaves";
  static final String LEAF = "CN=i-0123456789abcdef0-enc0123456789abcdef.local";
  static final String MODULE_ID = "i-0123456789abcdef0-enc0123456789abcdef";

  /// A key and the certificate that its issuer made of it.
  record Issued(KeyPair keys, X509Certificate certificate) {
    byte[] der() {
      try {
        return certificate.getEncoded();
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException(e);
      }
    }

    String name() {
      return certificate.getSubjectX500Principal().getName();
    }
  }

  private final Instant issued;
  private final List<Issued> authorities;
  private final Issued leaf;

  LocalEnclave(Instant issued, List<Issued> authorities, Issued leaf) {
    this.issued = issued;
    this.authorities = List.copyOf(authorities);
    this.leaf = leaf;
  }

  static LocalEnclave bornAt(Instant issued) {
    return under(root(ROOT, issued), issued);
  }

  static LocalEnclave under(Issued root, Instant issued) {
    Issued region = issue(Content.ca(REGION, issued, OptionalInt.of(2)), root);
    Issued zone = issue(Content.ca(ZONE, issued, OptionalInt.of(1)), region);
    Issued instance = issue(Content.ca(INSTANCE, issued, OptionalInt.of(0)), zone);
    return new LocalEnclave(
        issued, List.of(root, region, zone, instance), issue(Content.leaf(LEAF, issued), instance));
  }

  static Issued root(String name, Instant issued) {
    return root(Content.ca(name, issued, OptionalInt.empty()));
  }

  static Issued root(Content content) {
    KeyPair keys = Certificates.keyPair("secp384r1");
    return new Issued(keys, Certificates.issue(content, keys, content.subject(), keys));
  }

  static Issued issue(Content content, Issued issuer) {
    return issue(content, issuer.name(), issuer.keys(), "secp384r1");
  }

  static Issued issue(Content content, String issuerName, KeyPair issuerKeys, String curve) {
    KeyPair keys = Certificates.keyPair(curve);
    return new Issued(keys, Certificates.issue(content, keys, issuerName, issuerKeys));
  }

  Instant issued() {
    return issued;
  }

  Issued authority(int index) {
    return authorities.get(index);
  }

  TrustRoot root() {
    return TrustRoot.of(authorities.getFirst().der());
  }

  /// The same enclave with another leaf.
  LocalEnclave leaf(UnaryOperator<Content> change) {
    return new LocalEnclave(
        issued,
        authorities,
        issue(change.apply(Content.leaf(LEAF, issued)), authorities.getLast()));
  }

  LocalEnclave leaf(Issued other) {
    return new LocalEnclave(issued, authorities, other);
  }

  /// The same root with another certificate of the instance, and a leaf below it.
  LocalEnclave instance(UnaryOperator<Content> change) {
    Issued instance =
        issue(
            change.apply(Content.ca(INSTANCE, issued, OptionalInt.of(0))),
            authorities.get(authorities.size() - 2));
    List<Issued> chain = new ArrayList<>(authorities.subList(0, authorities.size() - 1));
    chain.add(instance);
    return new LocalEnclave(issued, chain, issue(Content.leaf(LEAF, issued), instance));
  }

  List<Cbor> cabundle() {
    return authorities.stream().<Cbor>map(authority -> Cbor.of(authority.der())).toList();
  }

  /// As the NSM writes it, with 16 registers and nothing in the three free fields.
  Cbor.Map payload() {
    return Cbor.map()
        .with("module_id", Cbor.of(MODULE_ID))
        .with("digest", Cbor.of("SHA384"))
        .with("timestamp", Cbor.of(issued.toEpochMilli()))
        .with("pcrs", pcrs(16))
        .with("certificate", Cbor.of(leaf.der()))
        .with("cabundle", new Cbor.Array(cabundle()))
        .with("public_key", new Cbor.Null())
        .with("user_data", new Cbor.Null())
        .with("nonce", new Cbor.Null());
  }

  static Cbor.Map pcrs(int count) {
    Cbor.Map pcrs = Cbor.map();
    for (int index = 0; index < count; index++) {
      pcrs = pcrs.with(index, Cbor.of(pcr(index)));
    }
    return pcrs;
  }

  static byte[] pcr(int index) {
    return Pcr.measure(("register " + index).getBytes(US_ASCII));
  }

  byte[] document(Cbor.Map payload) {
    return document(CborWriter.write(payload));
  }

  byte[] document(byte[] payload) {
    return new CoseSign1(payload, signature(payload)).encode();
  }

  byte[] signature(byte[] payload) {
    return sign(payload, "SHA384withECDSAinP1363Format");
  }

  byte[] sign(byte[] payload, String algorithm) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(leaf.keys().getPrivate());
      signature.update(CoseSign1.signedBytes(payload));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
