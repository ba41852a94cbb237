/// What gateway and worker share where they poll: a consumer that nothing in a topic, and no
/// stranger in its group, can stop.
///
/// | what happens to a poll | what [GuardedConsumer] does |
/// |---|---|
/// | a record is larger than any topic allows | hands it on without its bytes ([BoundedBytes]) |
/// | a record cannot be read: corrupt, or larger than memory | finds it, reports its place and goes on after it ([PoisonSearch]) |
/// | anything else that is not the caller's to decide, as a clash of group protocols | waits and polls again; [ConsumerTrouble] tells readiness |
/// | the broker is silent | one line in the log, and one when it is back |
@NullMarked
package pqsigner.events.poll;

import org.jspecify.annotations.NullMarked;
