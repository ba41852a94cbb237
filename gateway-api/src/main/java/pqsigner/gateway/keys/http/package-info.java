/// A custodian's keys over HTTP: what they are, and whether they sign.
@NullMarked
package pqsigner.gateway.keys.http;

import org.jspecify.annotations.NullMarked;
