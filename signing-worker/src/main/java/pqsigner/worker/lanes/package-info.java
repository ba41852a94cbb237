/// Where a job goes that failed while others may succeed: the two retry lanes, from which the delay
/// line (a process of its own) brings it back when it is due, and the dead letters. All of them
/// keep the original key and bytes.
@NullMarked
package pqsigner.worker.lanes;

import org.jspecify.annotations.NullMarked;
