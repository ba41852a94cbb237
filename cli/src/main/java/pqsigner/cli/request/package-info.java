/// One call of the contract and what became of it, whichever way it travels.
@NullMarked
package pqsigner.cli.request;

import org.jspecify.annotations.NullMarked;
