@NullMarked
package pqsigner.topics;

import org.jspecify.annotations.NullMarked;
