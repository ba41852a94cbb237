/// Settings and wiring: the only place, with the application itself, that knows all the rooms.
@NullMarked
package pqsigner.worker.config;

import org.jspecify.annotations.NullMarked;
