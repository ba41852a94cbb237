/// Puts load on a signer and measures what its callers see: [pqsigner.load.LoadPlan] says how much,
/// [pqsigner.load.Workload] of what, [pqsigner.load.Load] does it, and [pqsigner.load.Measurement]
/// is what came of it.
@NullMarked
package pqsigner.load;

import org.jspecify.annotations.NullMarked;
