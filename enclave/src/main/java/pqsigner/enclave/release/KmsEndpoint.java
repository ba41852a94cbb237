package pqsigner.enclave.release;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import pqsigner.protocol.transport.EndpointAddress;

/// Where the KMS is and what it must prove, all of it measured.
///
/// @param keyArn full ARN of the one key that is used, never an alias, which can be moved
/// @param host TLS server name
/// @param address of the parent's proxy
/// @param roots that the server's chain must end in
/// @param groups TLS key exchange groups, most wanted first
/// @param callTimeout for a whole call, connecting and handshake included
/// @param idleConnectionsMax kept open for the next call
/// @param idleTime after which an unused connection is closed; shorter than the KMS's own patience
public record KmsEndpoint(
    String keyArn,
    String region,
    String host,
    EndpointAddress address,
    List<X509Certificate> roots,
    List<String> groups,
    Duration callTimeout,
    int idleConnectionsMax,
    Duration idleTime) {
  public KmsEndpoint {
    roots = List.copyOf(roots);
    groups = List.copyOf(groups);
  }
}
