@NullMarked
package pqsigner.benchmarks;

import org.jspecify.annotations.NullMarked;
