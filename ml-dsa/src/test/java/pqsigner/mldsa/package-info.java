/// Tests of the public side of ML-DSA.
@NullMarked
package pqsigner.mldsa;

import org.jspecify.annotations.NullMarked;
