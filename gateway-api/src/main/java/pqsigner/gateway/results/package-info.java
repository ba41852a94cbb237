/// Results on their way to a custodian's results topic: made from a recorded outcome and nothing
/// else, so that the same request always gives the same bytes, however often it is published.
@NullMarked
package pqsigner.gateway.results;

import org.jspecify.annotations.NullMarked;
