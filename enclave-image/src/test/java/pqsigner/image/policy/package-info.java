@NullMarked
package pqsigner.image.policy;

import org.jspecify.annotations.NullMarked;
