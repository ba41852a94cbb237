/// The whole product as processes: its contract over both ways in, its guarantees, its command
/// line. One stack serves all contract tests of a run.
@NullMarked
package pqsigner.guarantees;

import org.jspecify.annotations.NullMarked;
