/// Reads the dead letters: to tell, at the request they belong to, where the letter lies and what
/// its headers say, and to show operators those that belong to none. The letters themselves stay
/// where they are.
@NullMarked
package pqsigner.gateway.replay.kafka;

import org.jspecify.annotations.NullMarked;
