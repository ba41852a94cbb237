/// What an image runs to see whether its process is well, since it has no shell and no curl.
@NullMarked
package pqsigner.deploy.health;

import org.jspecify.annotations.NullMarked;
