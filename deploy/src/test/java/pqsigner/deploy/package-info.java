/// Reads what is deployed, as data: nothing here talks to a cluster or to AWS. What these tests
/// show is that chart, template and code agree; that a cluster accepts them, they cannot show.
@NullMarked
package pqsigner.deploy;

import org.jspecify.annotations.NullMarked;
