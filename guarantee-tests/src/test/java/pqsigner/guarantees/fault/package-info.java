/// What goes wrong while the traffic is under way.
@NullMarked
package pqsigner.guarantees.fault;

import org.jspecify.annotations.NullMarked;
