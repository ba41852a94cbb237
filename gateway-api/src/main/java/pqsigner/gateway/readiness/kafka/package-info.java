/// Whether the brokers can be reached and every consumer can poll.
@NullMarked
package pqsigner.gateway.readiness.kafka;

import org.jspecify.annotations.NullMarked;
