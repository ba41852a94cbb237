@NullMarked
package pqsigner.local.kms;

import org.jspecify.annotations.NullMarked;
