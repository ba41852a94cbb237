/// Synchronous callers who wait for a reply. Waiting is a convenience over `202` and `GET`: what is
/// here lives in memory only, and losing it loses no request.
@NullMarked
package pqsigner.gateway.waiting;

import org.jspecify.annotations.NullMarked;
