/// Failed requests, looked at and put back to work by an operator.
///
/// Nothing is done unless asked for twice: a replay is a dry run until `execute`. Who did it, when
/// and with which new deadline is recorded in the request's own row, in the step that reopens it. A
/// request can be replayed only so often, its owner's repetitions counted with it, an operator only
/// so fast, and one that is past its deadline only with a new one. Replaying what is finished
/// publishes the stored result again and changes nothing.
@NullMarked
package pqsigner.gateway.replay;

import org.jspecify.annotations.NullMarked;
