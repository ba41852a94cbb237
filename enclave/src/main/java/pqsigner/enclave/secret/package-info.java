/// Secret bytes and how long they live.
@NullMarked
package pqsigner.enclave.secret;

import org.jspecify.annotations.NullMarked;
