/// Commands from Kafka. The custodian is the topic, never a field or a header; every readable
/// request_id gets exactly one result on the custodian's results topic.
///
/// | the command | what happens |
/// |---|---|
/// | is valid and new | recorded and queued; its result comes with the reply |
/// | is known and finished | the stored result is published again |
/// | is known and at work | nothing; its result is on its way |
/// | is known, failed, and written after that | back to work, so often and no more |
/// | is known, failed, and written before that | nothing; the `failed` event is published again |
/// | reuses an id for something else | nothing is recorded; a `conflict` event is published |
/// | is refused or too late | recorded as that in one conditional put, and published |
/// | comes from a disabled custodian | refused as `forbidden`; a known one is answered as above, but a failed one stays failed |
/// | comes on the topic of nobody who is registered | dead letter; nothing is recorded or published |
/// | cannot be decoded, or has no usable id | dead letter; if its record key is a usable id, also refused under that |
///
/// A custodian with too many commands in flight is not read from for a while ([CommandFlow]).
///
/// **Which id.** The field `request_id`; without it the record key; without both one derived from
/// topic, partition and offset, so that a redelivery is the same request. If both are there and
/// differ, the command is malformed and refused under the field's id.
@NullMarked
package pqsigner.gateway.admission.kafka;

import org.jspecify.annotations.NullMarked;
