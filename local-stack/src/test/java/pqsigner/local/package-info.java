@NullMarked
package pqsigner.local;

import org.jspecify.annotations.NullMarked;
