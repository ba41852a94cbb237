@NullMarked
package pqsigner.events.poll;

import org.jspecify.annotations.NullMarked;
