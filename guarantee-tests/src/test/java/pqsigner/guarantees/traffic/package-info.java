/// What careful callers send, what came back, and what the guarantees say about it.
@NullMarked
package pqsigner.guarantees.traffic;

import org.jspecify.annotations.NullMarked;
