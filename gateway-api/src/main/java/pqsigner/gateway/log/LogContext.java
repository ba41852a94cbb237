package pqsigner.gateway.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// Whose request the lines of this thread are about, until it is closed: the fields `custodian` and
/// `request_id` of the structured log. What surrounds it is back afterwards.
public final class LogContext implements AutoCloseable {

  public static final String CUSTODIAN = "custodian";
  public static final String OPERATOR = "operator";
  public static final String REQUEST_ID = "request_id";

  private final @Nullable String custodianBefore = MDC.get(CUSTODIAN);
  private final @Nullable String requestIdBefore = MDC.get(REQUEST_ID);

  private LogContext() {}

  /// @param requestId null where it is not known yet
  public static LogContext of(String custodian, @Nullable String requestId) {
    LogContext context = new LogContext();
    put(CUSTODIAN, custodian);
    put(REQUEST_ID, requestId);
    return context;
  }

  @Override
  public void close() {
    put(CUSTODIAN, custodianBefore);
    put(REQUEST_ID, requestIdBefore);
  }

  private static void put(String name, @Nullable String value) {
    if (value == null) {
      MDC.remove(name);
    } else {
      MDC.put(name, value);
    }
  }
}
