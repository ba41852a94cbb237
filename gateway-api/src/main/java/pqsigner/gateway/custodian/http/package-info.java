/// The operators' way to the registry of custodians.
@NullMarked
package pqsigner.gateway.custodian.http;

import org.jspecify.annotations.NullMarked;
