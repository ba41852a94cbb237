@NullMarked
package pqsigner.local.process;

import org.jspecify.annotations.NullMarked;
