/// Recovery: nothing that was accepted is lost.
///
/// The sweeper walks the pending rows of the ledger that are due and does what their gateway did
/// not live to do: produces the job again, ends what is past its deadline, publishes an expiry that
/// was recorded and not published. What has lost its key it fails. Every gateway sweeps; a row is
/// claimed by a conditional write, so each is handled by one. The age of the oldest pending row is
/// the main alarm of the system.
@NullMarked
package pqsigner.gateway.recovery;

import org.jspecify.annotations.NullMarked;
