/// How far the queues reach and how far each was worked off, asked of the brokers.
@NullMarked
package pqsigner.gateway.recovery.kafka;

import org.jspecify.annotations.NullMarked;
