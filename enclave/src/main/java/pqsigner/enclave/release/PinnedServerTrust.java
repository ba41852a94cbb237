package pqsigner.enclave.release;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Trusts one server: its chain must end in the measured roots and its certificate must carry the
/// measured host name.
///
/// The name is checked here, against the configuration, rather than by the TLS provider against the
/// session: Conscrypt only checks it when an endpoint identification algorithm is set on the very
/// socket and a verifier is installed, and says nothing when either is forgotten.
final class PinnedServerTrust extends X509ExtendedTrustManager {
  private static final int SAN_DNS_NAME = 2;

  /// What the JDK calls the key exchange of TLS 1.3, where the certificate does not tell it: the
  /// key must be one that signs. Conscrypt has another word for it, which the JDK does not take.
  private static final String TLS_1_3 = "UNKNOWN";

  private final X509TrustManager chains;
  private final String host;

  PinnedServerTrust(Collection<X509Certificate> roots, String host) {
    this.chains = pkix(roots);
    this.host = host;
  }

  private static X509TrustManager pkix(Collection<X509Certificate> roots) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int index = 0;
      for (X509Certificate root : roots) {
        store.setCertificateEntry("root-" + index++, root);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new IllegalStateException("the JDK has no X.509 trust manager");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("the roots cannot be used", e);
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    chains.checkServerTrusted(chain, TLS_1_3);
    if (!carriesHost(chain[0])) {
      throw new CertificateException("the certificate is not for " + host);
    }
  }

  /// The subject alternative names only; RFC 9525 gives the common name no meaning. No wildcard
  /// stands for the host: whoever has a certificate for `*.<region>.amazonaws.com` may run another
  /// of the region's services, and KMS's own certificate names KMS.
  private boolean carriesHost(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    for (List<?> name : names) {
      if (name.get(0) instanceof Integer type
          && type == SAN_DNS_NAME
          && name.get(1) instanceof String dnsName
          && dnsName.equalsIgnoreCase(host)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("there are no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
