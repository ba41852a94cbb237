package pqsigner.local.pki;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// `CN=name,OU=role,O=PQ Signer local`, in the order in which RFC 2253 prints it: Kafka's principal
/// mapping reads that text, so the encoding is the other way round.
record Subject(String name, String role) {

  static final String ORGANISATION = "PQ Signer local";

  static Subject custodian(String name) {
    return new Subject(name, "custodian");
  }

  static Subject operator(String name) {
    return new Subject(name, "operator");
  }

  static Subject service(String name) {
    return new Subject(name, "service");
  }

  static Subject broker() {
    return new Subject("broker", "broker");
  }

  /// What the names of all who have a role begin with.
  static X500Name everyoneOf(String role) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, ORGANISATION)
        .addRDN(BCStyle.OU, role)
        .build();
  }

  X500Name x500() {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, ORGANISATION)
        .addRDN(BCStyle.OU, role)
        .addRDN(BCStyle.CN, name)
        .build();
  }
}
