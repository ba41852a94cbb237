/// What a deployed service writes to its standard output.
@NullMarked
package pqsigner.deploy.log;

import org.jspecify.annotations.NullMarked;
