/// Whether this instance should be sent callers: what it cannot work without answers. Liveness is
/// another question and depends on nothing outside the process.
@NullMarked
package pqsigner.gateway.readiness;

import org.jspecify.annotations.NullMarked;
