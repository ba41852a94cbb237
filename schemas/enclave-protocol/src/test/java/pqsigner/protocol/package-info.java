/// Every frame by its bytes, at its bounds, cut short and mutated.
@NullMarked
package pqsigner.protocol;

import org.jspecify.annotations.NullMarked;
