/// What of a key is left in the memory of a live enclave after it has signed.
@NullMarked
package pqsigner.enclave.residue;

import org.jspecify.annotations.NullMarked;
