/// An operator's calls: failed jobs, listed, shown and replayed.
@NullMarked
package pqsigner.cli.operator;

import org.jspecify.annotations.NullMarked;
