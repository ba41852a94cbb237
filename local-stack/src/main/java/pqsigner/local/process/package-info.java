/// Child processes that are started, watched and never left behind.
///
/// A child ends in one of three ways: the stack stops it (TERM, then KILL after a grace period),
/// the launcher's shutdown hook does, or, when the launcher was killed without a chance to do
/// either, [pqsigner.local.process.ParentWatch] in the child sees its standard input close.
@NullMarked
package pqsigner.local.process;

import org.jspecify.annotations.NullMarked;
