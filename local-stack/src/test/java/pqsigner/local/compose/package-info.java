@NullMarked
package pqsigner.local.compose;

import org.jspecify.annotations.NullMarked;
