/// Who is calling: the subject of a client certificate that the TLS handshake has already verified.
///
/// ```
/// CN=<name>,OU=custodian,...   a custodian; the name scopes its keys and requests
/// CN=<name>,OU=operator,...    an operator; sees failed jobs, never signs
/// anything else                refused
/// ```
///
/// The subject is believed only when an authority of that role stands behind it. A custodian is
/// served only while the registry has it as enabled ([Custodians]), and may ask only for what was
/// agreed with it ([CustodianRules]); over Kafka, where the topic says who it is, likewise.
@NullMarked
package pqsigner.gateway.custodian;

import org.jspecify.annotations.NullMarked;
