/// Recovery: nothing that was accepted is lost.
///
/// The sweeper walks the pending rows of the ledger that are due and does what their gateway did
/// not live to do: produces a lost job again, ends what is past its deadline, publishes an expiry
/// that was recorded and not published. What has lost its key it fails. Every gateway sweeps; a row
/// is claimed by a conditional write, so each is handled by one. The age of the oldest pending row
/// is the main alarm of the system.
///
/// A job is *lost* when it is in no queue any more and its row is still pending. What is in the
/// queues is told by a watermark over the offsets of everybody who works on them:
///
/// ```
///           note the ends ─► are they committed? ─► note the ends of the next ─► ...
/// jobs ──► retry-5s ──► jobs ──► retry-60s ──► jobs ──► replies ──► every job queued before
///   worker   delay-line   worker   delay-line    worker   gateway    the first note is gone
/// ```
///
/// [QueueWatermark] is that rule, pure; the package `kafka` looks at the brokers.
@NullMarked
package pqsigner.gateway.recovery;

import org.jspecify.annotations.NullMarked;
