package pqsigner.local.kms;

import java.util.Arrays;

/// A refusal with AWS's error name and status.
final class KmsError extends Exception {

  enum Type {
    ACCESS_DENIED("AccessDeniedException", 400),
    DEPENDENCY_TIMEOUT("DependencyTimeoutException", 500),
    DISABLED("DisabledException", 400),
    EXPIRED_TOKEN("ExpiredTokenException", 400),
    INCOMPLETE_SIGNATURE("IncompleteSignatureException", 400),
    INCORRECT_KEY("IncorrectKeyException", 400),
    INTERNAL("KMSInternalException", 500),
    INVALID_CIPHERTEXT("InvalidCiphertextException", 400),
    INVALID_CLIENT_TOKEN_ID("InvalidClientTokenId", 403),
    INVALID_SIGNATURE("InvalidSignatureException", 400),
    INVALID_STATE("KMSInvalidStateException", 400),
    KEY_UNAVAILABLE("KeyUnavailableException", 500),
    LIMIT_EXCEEDED("LimitExceededException", 400),
    MISSING_AUTHENTICATION_TOKEN("MissingAuthenticationTokenException", 400),
    NOT_AUTHORIZED("NotAuthorized", 400),
    NOT_FOUND("NotFoundException", 400),
    OPT_IN_REQUIRED("OptInRequired", 403),
    SERIALIZATION("SerializationException", 400),
    SERVICE_UNAVAILABLE("ServiceUnavailableException", 503),
    THROTTLING("ThrottlingException", 400),
    UNKNOWN_OPERATION("UnknownOperationException", 400),
    UNRECOGNIZED_CLIENT("UnrecognizedClientException", 400),
    VALIDATION("ValidationException", 400);

    private final String wireName;
    private final int status;

    Type(String wireName, int status) {
      this.wireName = wireName;
      this.status = status;
    }

    String wireName() {
      return wireName;
    }

    int status() {
      return status;
    }

    /// @throws IllegalArgumentException when no error is called so here
    static Type named(String wireName) {
      return Arrays.stream(values())
          .filter(type -> type.wireName.equals(wireName))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("not an error of KMS: " + wireName));
    }
  }

  private final Type type;

  KmsError(Type type, String message) {
    super(message, null, false, false);
    this.type = type;
  }

  Type type() {
    return type;
  }
}
