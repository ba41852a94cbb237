@NullMarked
package pqsigner.image.measurement;

import org.jspecify.annotations.NullMarked;
