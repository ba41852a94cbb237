/// An operator's commands about custodians.
@NullMarked
package pqsigner.cli.custodians;

import org.jspecify.annotations.NullMarked;
