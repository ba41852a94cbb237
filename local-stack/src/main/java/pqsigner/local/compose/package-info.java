/// The stack of `docker-compose.yml`: what its one-shot services do, with the settings, topics and
/// certificates of the embedded one.
@NullMarked
package pqsigner.local.compose;

import org.jspecify.annotations.NullMarked;
