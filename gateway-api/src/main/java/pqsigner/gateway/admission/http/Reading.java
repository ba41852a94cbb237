package pqsigner.gateway.admission.http;

import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.Refusal;

/// What a body held.
sealed interface Reading {

  record Read(CommandFields fields) implements Reading {}

  /// @param soFar the fields before the fault, so that the refusal can be addressed
  record Unreadable(Refusal refusal, CommandFields soFar) implements Reading {}
}
