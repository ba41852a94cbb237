/// For the tests of clients that need no stack.
@NullMarked
package pqsigner.local.testing;

import org.jspecify.annotations.NullMarked;
