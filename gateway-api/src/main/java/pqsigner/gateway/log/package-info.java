/// What the lines of the log have in common.
@NullMarked
package pqsigner.gateway.log;

import org.jspecify.annotations.NullMarked;
