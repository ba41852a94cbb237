/// Reads the dead letters for one purpose: to tell, at the request they belong to, where the letter
/// lies and what its headers say. The letters themselves stay where they are.
@NullMarked
package pqsigner.gateway.replay.kafka;

import org.jspecify.annotations.NullMarked;
