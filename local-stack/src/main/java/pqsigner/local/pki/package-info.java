/// Certificates made at start: one authority for clients and services, a stranger's authority of
/// the same name, one for the KMS host name, and a chain shaped like that of Nitro's.
///
/// [pqsigner.local.pki.Pem] reads and writes them with the JDK alone; only the issuing classes need
/// Bouncy Castle. Private keys of the authorities stay in this process; nothing lives longer than a
/// day.
@NullMarked
package pqsigner.local.pki;

import org.jspecify.annotations.NullMarked;
