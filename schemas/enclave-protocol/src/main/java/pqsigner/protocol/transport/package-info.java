/// The addresses that frames travel over, and byte streams to them: AF_VSOCK in production, Unix
/// sockets and loopback TCP in tests and the local stack. The code above is the same.
@NullMarked
package pqsigner.protocol.transport;

import org.jspecify.annotations.NullMarked;
