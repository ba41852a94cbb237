/// The way to the worker: one signing job for each accepted request, at least once.
@NullMarked
package pqsigner.gateway.queue;

import org.jspecify.annotations.NullMarked;
