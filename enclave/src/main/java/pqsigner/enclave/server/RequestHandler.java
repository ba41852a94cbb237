package pqsigner.enclave.server;

import pqsigner.protocol.Request;

/// Has every request answered: each item of a Sign under its own id, any other under
/// `correlationId`. Must not block: it runs on the connection's reader.
@FunctionalInterface
interface RequestHandler {
  void handle(long correlationId, Request request, Responder responder);
}
