/// Makes the virtual machine, boots it and reads its console.
@NullMarked
package pqsigner.vm;

import org.jspecify.annotations.NullMarked;
