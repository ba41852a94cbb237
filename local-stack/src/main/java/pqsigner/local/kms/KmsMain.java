package pqsigner.local.kms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.conscrypt.Conscrypt;
import pqsigner.attestation.nitro.TrustRoot;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;
import tools.jackson.databind.json.JsonMapper;

/// The stand-in as a process. Argument: a JSON file with [KmsSettings].
public final class KmsMain {

  private KmsMain() {}

  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    KmsSettings settings =
        new JsonMapper().readValue(Files.readAllBytes(Path.of(arguments[0])), KmsSettings.class);
    KmsService service = service(settings, InstantSource.system());
    var own = new PemPair(Path.of(settings.certificate()), Path.of(settings.key()));
    var server = new KmsServer(service, tls(own), settings.port());
    var control = new ControlServer(service, settings.controlPort());
    System.out.println("KMS stand-in on " + server.port() + ", control on " + control.port());
  }

  static KmsService service(KmsSettings settings, InstantSource clock) throws IOException {
    var root = TrustRoot.of(Files.readAllBytes(Path.of(settings.attestationRoot())));
    return new KmsService(
        settings.keyArn(),
        settings.policy(),
        new SigV4Verifier(settings.region(), settings.identities(), clock),
        new Attestations(root, clock),
        new CiphertextBlobs(Base64.getDecoder().decode(settings.masterKey()), settings.keyArn()));
  }

  /// Conscrypt, because it offers X25519MLKEM768 as AWS's endpoints do and the JDK's provider does
  /// not.
  static SSLContext tls(PemPair own) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS", Conscrypt.newProvider());
    context.init(Pem.keyManagers(own), null, null);
    return context;
  }
}
