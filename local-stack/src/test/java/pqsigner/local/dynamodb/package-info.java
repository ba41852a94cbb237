@NullMarked
package pqsigner.local.dynamodb;

import org.jspecify.annotations.NullMarked;
