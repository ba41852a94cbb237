/// The local stack in the foreground.
@NullMarked
package pqsigner.cli.local;

import org.jspecify.annotations.NullMarked;
