/// What all Kafka edges share: settings, Avro values, awaited sends, dead letters, and listener
/// containers that never skip a record.
///
/// Two kinds of failure, two answers. A *bad record* is diverted to the dead letters and the next
/// one goes on. A *dependency* that is down (ledger, broker, schema registry) fails the whole poll:
/// its offsets are not committed and the container tries the same records again, later and later,
/// for ever.
@NullMarked
package pqsigner.gateway.kafka;

import org.jspecify.annotations.NullMarked;
