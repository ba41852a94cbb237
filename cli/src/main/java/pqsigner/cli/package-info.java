/// What bin/pq-signer runs: one command per class, each thin over the rooms below.
@NullMarked
package pqsigner.cli;

import org.jspecify.annotations.NullMarked;
