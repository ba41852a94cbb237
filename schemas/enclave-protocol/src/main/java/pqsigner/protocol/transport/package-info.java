/// The addresses that frames travel over, and byte streams to them: AF_VSOCK in production, Unix
/// sockets and loopback TCP in tests and the local stack. The code above is the same.
///
/// Use platform threads: over vsock a blocked call is inside the C library, where a virtual thread
/// would hold on to its carrier.
@NullMarked
package pqsigner.protocol.transport;

import org.jspecify.annotations.NullMarked;
