@NullMarked
package pqsigner.local.kafka;

import org.jspecify.annotations.NullMarked;
