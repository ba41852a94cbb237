@NullMarked
package pqsigner.image.eif;

import org.jspecify.annotations.NullMarked;
