/// What a signature costs. Never a bare time: machines are shared, so whatever is reported is a
/// ratio of two times that were measured in one run.
@NullMarked
package pqsigner.benchmarks;

import org.jspecify.annotations.NullMarked;
