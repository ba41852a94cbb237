/// Which partitions of the replies topics are this gateway's, so that its jobs are answered there.
@NullMarked
package pqsigner.gateway.replies.kafka;

import org.jspecify.annotations.NullMarked;
