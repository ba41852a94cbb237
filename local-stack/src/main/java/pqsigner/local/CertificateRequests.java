package pqsigner.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import pqsigner.events.Topics;
import pqsigner.local.pki.LocalPki;
import pqsigner.local.pki.OwnerOnly;
import pqsigner.local.pki.Pem;
import pqsigner.local.pki.PemPair;

/// How another process of the folder's owner gets a custodian's certificate of a running stack,
/// whose authorities' keys are in its memory only: it leaves `<name>.request` in the folder, and
/// the stack writes the pair and takes the request away.
public final class CertificateRequests {

  private static final String SUFFIX = ".request";
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private CertificateRequests() {}

  /// @return the pair; the one that is there already, if it is this stack's
  /// @throws IOException when the stack does not issue it in time
  public static PemPair ask(Path folder, String custodian) throws IOException {
    PemPair pair = PemPair.in(folder, custodian);
    Path request = OwnerOnly.write(folder.resolve(custodian + SUFFIX), "");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Files.exists(request)) {
      if (System.nanoTime() - deadline > 0) {
        Files.deleteIfExists(request);
        throw new IOException("no stack in " + folder + " issues certificates");
      }
      LockSupport.parkNanos(LOOK.toNanos() / 4);
    }
    if (!Files.exists(pair.certificate())) {
      throw new IOException("the stack did not issue a certificate for " + custodian);
    }
    return pair;
  }

  /// Serves requests until it is interrupted.
  static Thread serve(Path folder, LocalPki pki) {
    return Thread.ofVirtual()
        .name("certificate-requests")
        .start(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                answer(folder, pki);
                LockSupport.parkNanos(LOOK.toNanos());
              }
            });
  }

  private static void answer(Path folder, LocalPki pki) {
    try {
      for (Path request : requests(folder)) {
        String name = request.getFileName().toString().replace(SUFFIX, "");
        if (Topics.isCustodian(name) && !isIssued(pki, name)) {
          pki.issueCustodian(name);
        }
        Files.deleteIfExists(request);
      }
    } catch (IOException e) {
      System.err.println("no certificate was issued in " + folder + " (" + e.getMessage() + ")");
    }
  }

  /// A folder may have pairs of an earlier stack, whose authority is gone.
  private static boolean isIssued(LocalPki pki, String name) {
    Path certificate = pki.pair(name).certificate();
    if (!Files.exists(certificate)) {
      return false;
    }
    try {
      Pem.certificates(certificate)
          .getFirst()
          .verify(Pem.certificate(pki.authority("custodian")).getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static List<Path> requests(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
  }
}
