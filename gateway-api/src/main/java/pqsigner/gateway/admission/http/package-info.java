/// The HTTP edge of admission: bytes to [pqsigner.gateway.admission.CommandFields], an admission or
/// a ledger entry to an answer. No rule of a field is here, only what JSON and HTTP add: how much,
/// which media type, strict syntax, how long to wait.
@NullMarked
package pqsigner.gateway.admission.http;

import org.jspecify.annotations.NullMarked;
