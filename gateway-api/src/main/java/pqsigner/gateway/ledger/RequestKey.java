package pqsigner.gateway.ledger;

/// What identifies a request: two custodians may use the same id.
///
/// @param custodian from the certificate or the topic, never from the command
public record RequestKey(String custodian, String requestId) {}
