@NullMarked
package pqsigner.image.oci;

import org.jspecify.annotations.NullMarked;
