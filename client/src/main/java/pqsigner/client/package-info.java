/// A custodian's calls as a library: requests, what became of them, and the check of a signature.
@NullMarked
package pqsigner.client;

import org.jspecify.annotations.NullMarked;
