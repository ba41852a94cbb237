/// What the worker tells about itself, and how consumption follows the circuit.
@NullMarked
package pqsigner.worker.health;

import org.jspecify.annotations.NullMarked;
