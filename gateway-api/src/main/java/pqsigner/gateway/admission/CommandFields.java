package pqsigner.gateway.admission;

/// The fields of a command, whichever way it came, before any rule was applied.
public record CommandFields(
    Field<String> requestType,
    Field<String> requestId,
    Field<String> userId,
    Field<String> alg,
    Field<byte[]> message,
    Field<byte[]> mu,
    Field<byte[]> context,
    Field<String> deadline) {

  private static final CommandFields NONE =
      new CommandFields(
          Field.absent(),
          Field.absent(),
          Field.absent(),
          Field.absent(),
          Field.absent(),
          Field.absent(),
          Field.absent(),
          Field.absent());

  public static CommandFields none() {
    return NONE;
  }

  public CommandFields withRequestType(Field<String> value) {
    return new CommandFields(value, requestId, userId, alg, message, mu, context, deadline);
  }

  public CommandFields withRequestId(Field<String> value) {
    return new CommandFields(requestType, value, userId, alg, message, mu, context, deadline);
  }

  public CommandFields withUserId(Field<String> value) {
    return new CommandFields(requestType, requestId, value, alg, message, mu, context, deadline);
  }

  public CommandFields withAlg(Field<String> value) {
    return new CommandFields(requestType, requestId, userId, value, message, mu, context, deadline);
  }

  public CommandFields withMessage(Field<byte[]> value) {
    return new CommandFields(requestType, requestId, userId, alg, value, mu, context, deadline);
  }

  public CommandFields withMu(Field<byte[]> value) {
    return new CommandFields(
        requestType, requestId, userId, alg, message, value, context, deadline);
  }

  public CommandFields withContext(Field<byte[]> value) {
    return new CommandFields(requestType, requestId, userId, alg, message, mu, value, deadline);
  }

  public CommandFields withDeadline(Field<String> value) {
    return new CommandFields(requestType, requestId, userId, alg, message, mu, context, value);
  }
}
