/// A custodian's everyday calls.
@NullMarked
package pqsigner.cli.custodian;

import org.jspecify.annotations.NullMarked;
