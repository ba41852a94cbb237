/// DynamoDB Local, in memory: inside a test's process or as one of its own.
@NullMarked
package pqsigner.local.dynamodb;

import org.jspecify.annotations.NullMarked;
