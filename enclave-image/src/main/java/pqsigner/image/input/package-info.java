/// What a build is given: files that are named together with the hash they must have, and the one
/// list of reasons why something given is refused.
@NullMarked
package pqsigner.image.input;

import org.jspecify.annotations.NullMarked;
