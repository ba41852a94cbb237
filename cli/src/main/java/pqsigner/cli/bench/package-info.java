/// Load against a running stack, and what it measured.
@NullMarked
package pqsigner.cli.bench;

import org.jspecify.annotations.NullMarked;
