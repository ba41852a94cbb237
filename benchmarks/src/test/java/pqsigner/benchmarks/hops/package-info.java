@NullMarked
package pqsigner.benchmarks.hops;

import org.jspecify.annotations.NullMarked;
