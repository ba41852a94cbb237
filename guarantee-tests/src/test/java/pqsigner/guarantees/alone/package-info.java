/// Tests with a stack to themselves. They take longest, and start before those that share one: the
/// build runs classes in reverse alphabetical order, which puts packages below this one's parent
/// first.
@NullMarked
package pqsigner.guarantees.alone;

import org.jspecify.annotations.NullMarked;
