/// The KMS key policy that releases data keys to measured enclaves and to nobody else.
@NullMarked
package pqsigner.image.policy;

import org.jspecify.annotations.NullMarked;
