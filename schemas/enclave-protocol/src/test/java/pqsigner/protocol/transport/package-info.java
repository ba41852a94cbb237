/// One contract, run on every transport.
@NullMarked
package pqsigner.protocol.transport;

import org.jspecify.annotations.NullMarked;
