/// The delay line: brings a job back from its retry lane when it is due.
///
/// It is the only part besides the gateway that may write jobs, so it runs as a process of its own,
/// away from the Nitro host, with a Kafka principal that nothing else has. It reads no job, knows
/// no enclave and no database, and holds no AWS credentials. The worker, in turn, can put a job on
/// a lane and never on the jobs topic.
///
/// ```
/// worker ── retry-5s, retry-60s ──► DelayLine ── jobs, jobs-bulk ──► worker
/// ```
@NullMarked
package pqsigner.delayline;

import org.jspecify.annotations.NullMarked;
