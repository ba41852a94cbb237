@NullMarked
package pqsigner.image.rootfs;

import org.jspecify.annotations.NullMarked;
