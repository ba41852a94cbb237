/// What a custodian reads on its results topic: made from a recorded outcome, or from the command
/// that it answers, and nothing else, so that the same event is the same bytes, however often it is
/// published.
///
/// | type | `ce_id` and record key | one for each |
/// |---|---|---|
/// | `pqsigner.result.v1` | request_id | request: its terminal result |
/// | `pqsigner.failed.v1` | request_id, space, `failed`, space, number | failure of a request, which is not its end |
/// | `pqsigner.conflict.v1` | request_id, space, `conflict`, space, partition, `-`, offset | command whose id is another request's |
///
/// The custodian is in `ce_source`. A request_id has no space, so no two events share an id, and a
/// consumer that keeps the last record of each key keeps every result. All events about one
/// request_id lie on the partition of that id, in the order in which they were published; one that
/// is published again may lie behind a later one, so a result counts for more than a failure.
@NullMarked
package pqsigner.gateway.results;

import org.jspecify.annotations.NullMarked;
