/// Results, failures and conflicts as records of a custodian's results topic.
@NullMarked
package pqsigner.gateway.results.kafka;

import org.jspecify.annotations.NullMarked;
