package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.events.ErrorCode.INVALID_USER_ID;
import static pqsigner.events.ErrorCode.MALFORMED_REQUEST;
import static pqsigner.events.ErrorCode.MESSAGE_TOO_LARGE;
import static pqsigner.events.ErrorCode.UNKNOWN_FIELD;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.RequestType;

/// Each rule of the contract at its bound: the last value it admits and the first it refuses.
class CommandRulesTest {

  private static final CommandFields KEYGEN =
      CommandFields.none()
          .withRequestType(Field.of("key_generation"))
          .withAlg(Field.of("ML-DSA-65"))
          .withUserId(Field.of("wallet"));

  private static final CommandFields SIGN =
      CommandFields.none()
          .withRequestType(Field.of("sign"))
          .withUserId(Field.of("wallet"))
          .withMessage(Field.of(new byte[] {1, 2, 3}));

  @Test
  void aKeyGenerationIsReadAsItStands() {
    WellFormedRequest request = wellFormed(KEYGEN.withRequestId(Field.of("id-1")));

    assertThat(request.type()).isEqualTo(RequestType.KEY_GENERATION);
    assertThat(request.requestId()).isEqualTo("id-1");
    assertThat(request.userId()).isEqualTo("wallet");
    assertThat(request.algorithm()).isEqualTo(Algorithm.ML_DSA_65);
    assertThat(request.message()).isNull();
    assertThat(request.mu()).isNull();
    assertThat(request.context()).isEmpty();
    assertThat(request.deadline()).isNull();
  }

  @Test
  void aSignRequestIsReadAsItStands() {
    WellFormedRequest request =
        wellFormed(
            SIGN.withContext(Field.of(new byte[] {9}))
                .withAlg(Field.of("ML-DSA-87"))
                .withDeadline(Field.of("2030-01-31T12:00:00+01:00")));

    assertThat(request.type()).isEqualTo(RequestType.SIGN);
    assertThat(request.algorithm()).isEqualTo(Algorithm.ML_DSA_87);
    assertThat(request.message()).containsExactly(1, 2, 3);
    assertThat(request.context()).containsExactly(9);
    assertThat(request.deadline()).isEqualTo(Instant.parse("2030-01-31T11:00:00Z"));
  }

  @Test
  void aMissingRequestIdIsMinted() {
    assertThat(wellFormed(SIGN).requestId()).isEqualTo("minted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SIGN", "sign ", "verify", "keygen"})
  void anotherRequestTypeIsMalformed(String type) {
    refused(SIGN.withRequestType(Field.of(type)), MALFORMED_REQUEST);
  }

  @Test
  void aMissingRequestTypeIsMalformed() {
    refused(SIGN.withRequestType(Field.absent()), MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyAlgorithmOfTheContractIsAdmitted(Algorithm algorithm) {
    assertThat(wellFormed(KEYGEN.withAlg(Field.of(algorithm.label()))).algorithm())
        .isEqualTo(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ml-dsa-44", "ML-DSA-44 ", "ML-DSA-45", "ML_DSA_44", "Ed25519"})
  void anyOtherAlgorithmIsUnsupported(String alg) {
    refused(KEYGEN.withAlg(Field.of(alg)), UNSUPPORTED_ALGORITHM);
    refused(SIGN.withAlg(Field.of(alg)), UNSUPPORTED_ALGORITHM);
  }

  @Test
  void anAlgorithmIsRequiredToGenerateAndOptionalToSign() {
    refused(KEYGEN.withAlg(Field.absent()), MALFORMED_REQUEST);
    assertThat(wellFormed(SIGN).algorithm()).isNull();
  }

  @Test
  void aUserIdHasAtMost256BytesNotCharacters() {
    assertThat(wellFormed(SIGN.withUserId(Field.of("x".repeat(256)))).userId()).hasSize(256);
    assertThat(wellFormed(SIGN.withUserId(Field.of("ü".repeat(128)))).userId()).hasSize(128);
    assertThat(wellFormed(SIGN.withUserId(Field.of("😀".repeat(64)))).userId()).hasSize(128);
    refused(SIGN.withUserId(Field.of("x".repeat(257))), INVALID_USER_ID);
    refused(SIGN.withUserId(Field.of("ü".repeat(128) + "x")), INVALID_USER_ID);
    refused(SIGN.withUserId(Field.of("😀".repeat(64) + "x")), INVALID_USER_ID);
    refused(KEYGEN.withUserId(Field.of("x".repeat(257))), INVALID_USER_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00b", "\udc00\ud800"})
  void aUserIdThatHasNoUtf8FormIsInvalid(String userId) {
    refused(SIGN.withUserId(Field.of(userId)), INVALID_USER_ID);
    refused(KEYGEN.withUserId(Field.of(userId)), INVALID_USER_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", "\u0000", "a\nb", "../x", "e\u0301", "\u00e9", "a/b;c?d#e%2f", "\u202e"})
  void aUserIdIsOpaqueAndNeverChanged(String userId) {
    assertThat(wellFormed(SIGN.withUserId(Field.of(userId))).userId()).isEqualTo(userId);
  }

  @Test
  void aUserIdIsRequiredToSignAndMayBeLeftToTheGatewayToGenerate() {
    refused(SIGN.withUserId(Field.absent()), INVALID_USER_ID);
    refused(SIGN.withUserId(Field.of("")), INVALID_USER_ID);
    assertThat(wellFormed(KEYGEN.withUserId(Field.absent())).userId()).isEmpty();
    assertThat(wellFormed(KEYGEN.withUserId(Field.of(""))).userId()).isEmpty();
  }

  @Test
  void aUserIdThatCouldNotBeDecodedIsInvalidAndAnythingElseMalformed() {
    refused(SIGN.withUserId(Field.unreadable("not UTF-8")), INVALID_USER_ID);
    refused(SIGN.withRequestId(Field.unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.withRequestType(Field.unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.withAlg(Field.unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.withMessage(Field.unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.withMu(Field.unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.withContext(Field.unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.withDeadline(Field.unreadable("not UTF-8")), MALFORMED_REQUEST);
  }

  @Test
  void aMessageHasAtMost65536Bytes() {
    assertThat(wellFormed(SIGN.withMessage(Field.of(new byte[0]))).message()).isEmpty();
    assertThat(wellFormed(SIGN.withMessage(Field.of(new byte[65_536]))).message()).hasSize(65_536);
    refused(SIGN.withMessage(Field.of(new byte[65_537])), MESSAGE_TOO_LARGE);
  }

  @Test
  void muHasExactly64Bytes() {
    CommandFields onlyMu = SIGN.withMessage(Field.absent());
    assertThat(wellFormed(onlyMu.withMu(Field.of(new byte[64]))).mu()).hasSize(64);
    refused(onlyMu.withMu(Field.of(new byte[63])), MALFORMED_REQUEST);
    refused(onlyMu.withMu(Field.of(new byte[65])), MALFORMED_REQUEST);
    refused(onlyMu.withMu(Field.of(new byte[0])), MALFORMED_REQUEST);
  }

  @Test
  void exactlyOneOfMessageAndMuIsRequired() {
    refused(SIGN.withMessage(Field.absent()), MALFORMED_REQUEST);
    refused(SIGN.withMu(Field.of(new byte[64])), MALFORMED_REQUEST);
  }

  @Test
  void aContextHasAtMost255Bytes() {
    assertThat(wellFormed(SIGN.withContext(Field.of(new byte[255]))).context()).hasSize(255);
    refused(SIGN.withContext(Field.of(new byte[256])), MALFORMED_REQUEST);
  }

  @Test
  void aContextBesideMuIsRefusedUnlessItIsEmpty() {
    CommandFields mu = SIGN.withMessage(Field.absent()).withMu(Field.of(new byte[64]));
    refused(mu.withContext(Field.of(new byte[] {1})), MALFORMED_REQUEST);
    assertThat(wellFormed(mu.withContext(Field.of(new byte[0]))).context()).isEmpty();
  }

  @Test
  void aKeyGenerationHasNothingToSign() {
    refused(KEYGEN.withMessage(Field.of(new byte[1])), UNKNOWN_FIELD);
    refused(KEYGEN.withMu(Field.of(new byte[64])), UNKNOWN_FIELD);
    refused(KEYGEN.withContext(Field.of(new byte[1])), UNKNOWN_FIELD);
  }

  @Test
  void aRequestIdHasAtMost128VisibleAsciiCharacters() {
    assertThat(wellFormed(SIGN.withRequestId(Field.of("~".repeat(128)))).requestId()).hasSize(128);
    assertThat(wellFormed(SIGN.withRequestId(Field.of("!"))).requestId()).isEqualTo("!");
    refused(SIGN.withRequestId(Field.of("~".repeat(129))), MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\tb", "é", "a\u007f", "a\u0000", "a\n", "\ud800"})
  void anyOtherRequestIdIsMalformed(String requestId) {
    refused(SIGN.withRequestId(Field.of(requestId)), MALFORMED_REQUEST);
  }

  @Test
  void aDeadlineIsAnRfc3339Time() {
    refused(SIGN.withDeadline(Field.of("tomorrow")), MALFORMED_REQUEST);
    refused(SIGN.withDeadline(Field.of("2030-01-31T12:00:00")), MALFORMED_REQUEST);
    refused(KEYGEN.withDeadline(Field.of("1893456000")), MALFORMED_REQUEST);
  }

  @Test
  void aRefusalIsAddressedToTheRequestIdIfThatIsValid() {
    CommandFields broken = SIGN.withMessage(Field.absent());
    assertThat(CommandRules.check(broken.withRequestId(Field.of("mine")), () -> "minted"))
        .isInstanceOfSatisfying(
            CheckedCommand.Malformed.class, m -> assertThat(m.requestId()).isEqualTo("mine"));
    assertThat(CommandRules.check(broken.withRequestId(Field.of("not mine")), () -> "minted"))
        .isInstanceOfSatisfying(
            CheckedCommand.Malformed.class, m -> assertThat(m.requestId()).isNull());
  }

  @Test
  void aRefusalNeverRepeatsWhatWasSent() {
    String secret = "Zx-do-not-repeat";
    for (CommandFields fields :
        new CommandFields[] {
          SIGN.withRequestType(Field.of(secret)),
          SIGN.withAlg(Field.of(secret)),
          SIGN.withDeadline(Field.of(secret)),
          SIGN.withRequestId(Field.of(secret + " ")),
          SIGN.withUserId(Field.of(secret.repeat(20)))
        }) {
      assertThat(malformed(fields).refusal().detail()).doesNotContain(secret);
    }
  }

  private static WellFormedRequest wellFormed(CommandFields fields) {
    CheckedCommand checked = CommandRules.check(fields, () -> "minted");
    assertThat(checked).isInstanceOf(CheckedCommand.WellFormed.class);
    return ((CheckedCommand.WellFormed) checked).request();
  }

  private static CheckedCommand.Malformed malformed(CommandFields fields) {
    CheckedCommand checked = CommandRules.check(fields, () -> "minted");
    assertThat(checked).isInstanceOf(CheckedCommand.Malformed.class);
    return (CheckedCommand.Malformed) checked;
  }

  private static void refused(CommandFields fields, ErrorCode code) {
    assertThat(malformed(fields).refusal().code()).isEqualTo(code);
  }
}
