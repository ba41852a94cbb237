/// Checks Nitro attestation documents, offline.
@NullMarked
package pqsigner.cli.attestation;

import org.jspecify.annotations.NullMarked;
