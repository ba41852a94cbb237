/// A real broker in a process of its own, and the topics and rights an administrator gives it.
///
/// [pqsigner.local.kafka.TopicPlan] says which, as data; [pqsigner.local.kafka.TopicSetup] applies
/// it. Everybody is denied everything that the plan does not name.
@NullMarked
package pqsigner.local.kafka;

import org.jspecify.annotations.NullMarked;
