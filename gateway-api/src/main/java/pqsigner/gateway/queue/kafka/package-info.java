/// Jobs as records of the jobs topics.
@NullMarked
package pqsigner.gateway.queue.kafka;

import org.jspecify.annotations.NullMarked;
