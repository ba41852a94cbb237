/// Fairness: what one custodian sends does not decide how long another one waits.
///
/// A custodian may send so many requests a second over HTTP ([CustodianRateLimit]) and may have so
/// many in flight, that is accepted and without a recorded outcome, over HTTP and over Kafka
/// ([InFlight]). Beyond that an HTTP caller is told `rate_limited`, and a commands topic is not
/// read for a while: its records wait where they are, and none is refused.
///
/// Both kinds are bounded for each instance of the gateway, by what that instance sees.
@NullMarked
package pqsigner.gateway.fairness;

import org.jspecify.annotations.NullMarked;
