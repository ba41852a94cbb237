/// The running stack as tests see it.
@NullMarked
package pqsigner.guarantees.stack;

import org.jspecify.annotations.NullMarked;
