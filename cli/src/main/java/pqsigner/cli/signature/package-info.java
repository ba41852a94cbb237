/// Checks signatures by an engine that did not make them, where there is one.
@NullMarked
package pqsigner.cli.signature;

import org.jspecify.annotations.NullMarked;
