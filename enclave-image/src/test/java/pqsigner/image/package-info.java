/// Kernel, init and runtime in these tests are small synthetic files, except where a class ends in
/// `IT`: that one links a real runtime and starts it.
@NullMarked
package pqsigner.image;

import org.jspecify.annotations.NullMarked;
