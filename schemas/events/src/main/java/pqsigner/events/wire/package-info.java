/// The Confluent wire format: how an Avro record becomes the bytes of a Kafka value and back.
///
/// ```
/// u8   0
/// i32  schema id, big endian, as the registry gave it
/// ...  Avro binary, exactly one record
/// ```
///
/// [ConfluentAvroSerializer] and [ConfluentAvroDeserializer] take Confluent's configuration keys
/// ([WireConfig]), so that a deployment that has Confluent's own classes can name those instead.
/// Ours differ where a custodian's bytes and schemas are hostile: everything is bounded, only the
/// records of `pqsigner.events.avro` are ever made, and two exceptions tell a caller what to do:
/// [UndecodableRecordException] is about this record for ever, [RegistryUnavailableException] is
/// about the registry for now.
@NullMarked
package pqsigner.events.wire;

import org.jspecify.annotations.NullMarked;
