@NullMarked
package pqsigner.local.enclave;

import org.jspecify.annotations.NullMarked;
