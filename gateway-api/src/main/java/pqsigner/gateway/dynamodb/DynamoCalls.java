package pqsigner.gateway.dynamodb;

import java.util.function.Supplier;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// Runs a call; an answer of the store passes, its absence becomes [LedgerUnavailableException].
public final class DynamoCalls {

  private DynamoCalls() {}

  /// A failed condition and a cancelled transaction are answers. Everything else that the SDK
  /// throws, after its retries, is an outage to the caller: throttling, time-out, refused
  /// connection, missing permission, missing table.
  public static <T> T answer(String operation, Supplier<T> call) {
    try {
      return call.get();
    } catch (ConditionalCheckFailedException | TransactionCanceledException e) {
      throw e;
    } catch (SdkException e) {
      throw new LedgerUnavailableException(operation + ": " + e.getClass().getSimpleName(), e);
    }
  }
}
