@NullMarked
package pqsigner.benchmarks.operations;

import org.jspecify.annotations.NullMarked;
