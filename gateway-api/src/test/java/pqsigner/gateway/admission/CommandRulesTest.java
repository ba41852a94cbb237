package pqsigner.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.events.ErrorCode.INVALID_USER_ID;
import static pqsigner.events.ErrorCode.MALFORMED_REQUEST;
import static pqsigner.events.ErrorCode.MESSAGE_TOO_LARGE;
import static pqsigner.events.ErrorCode.UNKNOWN_FIELD;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;
import static pqsigner.gateway.admission.CommandField.ALG;
import static pqsigner.gateway.admission.CommandField.CONTEXT;
import static pqsigner.gateway.admission.CommandField.DEADLINE;
import static pqsigner.gateway.admission.CommandField.KEY_VERSION;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.MU;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.REQUEST_TYPE;
import static pqsigner.gateway.admission.CommandField.USER_ID;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestType;

/// Each rule of the contract at its bound: the last value it admits and the first it refuses.
class CommandRulesTest {

  private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
  private static final Requester CALLER = Requester.overHttp("custodian-a", -1, null);

  private static final CommandFields KEYGEN =
      CommandFields.none()
          .with(REQUEST_TYPE, "key_generation")
          .with(ALG, "ML-DSA-65")
          .with(USER_ID, "wallet");

  private static final CommandFields SIGN =
      CommandFields.none()
          .with(REQUEST_TYPE, "sign")
          .with(USER_ID, "wallet")
          .with(MESSAGE, new Value.Bytes(new byte[] {1, 2, 3}));

  @Test
  void aKeyGenerationIsReadAsItStands() {
    Request request = wellFormed(KEYGEN.with(REQUEST_ID, "id-1"));

    assertThat(request.type()).isEqualTo(RequestType.KEY_GENERATION);
    assertThat(request.requestId()).isEqualTo("id-1");
    assertThat(request.userId()).isEqualTo("wallet");
    assertThat(request.algorithm()).isEqualTo(Algorithm.ML_DSA_65);
    assertThat(content(request).message()).isNull();
    assertThat(content(request).mu()).isNull();
    assertThat(content(request).context()).isEmpty();
    assertThat(request.deadline()).isNull();
  }

  @Test
  void aSignRequestIsReadAsItStands() {
    Request request =
        wellFormed(
            SIGN.with(CONTEXT, new Value.Bytes(new byte[] {9}))
                .with(ALG, "ML-DSA-87")
                .with(DEADLINE, "2030-01-31T12:00:00+01:00"));

    assertThat(request.type()).isEqualTo(RequestType.SIGN);
    assertThat(request.algorithm()).isEqualTo(Algorithm.ML_DSA_87);
    assertThat(content(request).message()).containsExactly(1, 2, 3);
    assertThat(content(request).context()).containsExactly(9);
    assertThat(request.deadline()).isEqualTo(Instant.parse("2030-01-31T11:00:00Z"));
  }

  @Test
  void aMissingRequestIdIsMinted() {
    assertThat(wellFormed(SIGN).requestId()).isEqualTo("minted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SIGN", "sign ", "verify", "keygen"})
  void anotherRequestTypeIsMalformed(String type) {
    refused(SIGN.with(REQUEST_TYPE, type), MALFORMED_REQUEST);
  }

  @Test
  void aMissingRequestTypeIsMalformed() {
    refused(without(SIGN, REQUEST_TYPE), MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyAlgorithmOfTheContractIsAdmitted(Algorithm algorithm) {
    assertThat(wellFormed(KEYGEN.with(ALG, algorithm.label())).algorithm()).isEqualTo(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ml-dsa-44", "ML-DSA-44 ", "ML-DSA-45", "ML_DSA_44", "Ed25519"})
  void anyOtherAlgorithmIsUnsupported(String alg) {
    refused(KEYGEN.with(ALG, alg), UNSUPPORTED_ALGORITHM);
    refused(SIGN.with(ALG, alg), UNSUPPORTED_ALGORITHM);
  }

  @Test
  void aRotationNamesAUserAndMayNameAnAlgorithm() {
    CommandFields rotation = without(KEYGEN.with(REQUEST_TYPE, "key_rotation"), ALG);

    assertThat(wellFormed(rotation).type()).isEqualTo(RequestType.KEY_ROTATION);
    assertThat(wellFormed(rotation).algorithm()).isNull();
    assertThat(wellFormed(rotation.with(ALG, "ML-DSA-87")).algorithm())
        .isEqualTo(Algorithm.ML_DSA_87);
    refused(rotation.with(USER_ID, ""), INVALID_USER_ID);
    refused(rotation.with(MESSAGE, new Value.Bytes(new byte[1])), UNKNOWN_FIELD);
    refused(rotation.with(KEY_VERSION, new Value.WholeNumber(2)), UNKNOWN_FIELD);
  }

  @Test
  void aKeyVersionIsOneOrMoreAndOnlyToSign() {
    assertThat(wellFormed(SIGN).keyVersion()).isZero();
    for (long version : new long[] {1, Integer.MAX_VALUE}) {
      assertThat(wellFormed(SIGN.with(KEY_VERSION, new Value.WholeNumber(version))).keyVersion())
          .isEqualTo((int) version);
    }
    for (long version : new long[] {0, -1, Integer.MAX_VALUE + 1L, Long.MIN_VALUE}) {
      refused(SIGN.with(KEY_VERSION, new Value.WholeNumber(version)), MALFORMED_REQUEST);
    }
    refused(SIGN.with(KEY_VERSION, new Value.Unreadable("out of range")), MALFORMED_REQUEST);
    refused(KEYGEN.with(KEY_VERSION, new Value.WholeNumber(1)), UNKNOWN_FIELD);
  }

  @Test
  void anAlgorithmIsRequiredToGenerateAndOptionalToSign() {
    refused(without(KEYGEN, ALG), MALFORMED_REQUEST);
    assertThat(wellFormed(SIGN).algorithm()).isNull();
  }

  @Test
  void aUserIdHasAtMost256BytesNotCharacters() {
    assertThat(wellFormed(SIGN.with(USER_ID, "x".repeat(256))).userId()).hasSize(256);
    assertThat(wellFormed(SIGN.with(USER_ID, "ü".repeat(128))).userId()).hasSize(128);
    assertThat(wellFormed(SIGN.with(USER_ID, "😀".repeat(64))).userId()).hasSize(128);
    refused(SIGN.with(USER_ID, "x".repeat(257)), INVALID_USER_ID);
    refused(SIGN.with(USER_ID, "ü".repeat(128) + "x"), INVALID_USER_ID);
    refused(SIGN.with(USER_ID, "😀".repeat(64) + "x"), INVALID_USER_ID);
    refused(KEYGEN.with(USER_ID, "x".repeat(257)), INVALID_USER_ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00b", "\udc00\ud800"})
  void aUserIdThatHasNoUtf8FormIsInvalid(String userId) {
    refused(SIGN.with(USER_ID, userId), INVALID_USER_ID);
    refused(KEYGEN.with(USER_ID, userId), INVALID_USER_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", "\u0000", "a\nb", "../x", "e\u0301", "\u00e9", "a/b;c?d#e%2f", "\u202e"})
  void aUserIdIsOpaqueAndNeverChanged(String userId) {
    assertThat(wellFormed(SIGN.with(USER_ID, userId)).userId()).isEqualTo(userId);
  }

  @Test
  void aUserIdIsRequiredToSignAndMayBeLeftToTheGatewayToGenerate() {
    refused(without(SIGN, USER_ID), INVALID_USER_ID);
    refused(SIGN.with(USER_ID, ""), INVALID_USER_ID);
    assertThat(wellFormed(without(KEYGEN, USER_ID)).userId()).isNull();
    assertThat(wellFormed(KEYGEN.with(USER_ID, "")).userId()).isNull();
  }

  @Test
  void aUserIdThatCouldNotBeDecodedIsInvalidAndAnythingElseMalformed() {
    refused(SIGN.with(USER_ID, new Value.Unreadable("not UTF-8")), INVALID_USER_ID);
    refused(SIGN.with(REQUEST_ID, new Value.Unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.with(REQUEST_TYPE, new Value.Unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.with(ALG, new Value.Unreadable("not UTF-8")), MALFORMED_REQUEST);
    refused(SIGN.with(MESSAGE, new Value.Unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.with(MU, new Value.Unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.with(CONTEXT, new Value.Unreadable("not base64")), MALFORMED_REQUEST);
    refused(SIGN.with(DEADLINE, new Value.Unreadable("not UTF-8")), MALFORMED_REQUEST);
  }

  @Test
  void aMessageHasAtMost65536Bytes() {
    assertThat(content(wellFormed(SIGN.with(MESSAGE, new Value.Bytes(new byte[0])))).message())
        .isEmpty();
    assertThat(content(wellFormed(SIGN.with(MESSAGE, new Value.Bytes(new byte[65_536])))).message())
        .hasSize(65_536);
    refused(SIGN.with(MESSAGE, new Value.Bytes(new byte[65_537])), MESSAGE_TOO_LARGE);
  }

  @Test
  void muHasExactly64Bytes() {
    CommandFields onlyMu = without(SIGN, MESSAGE);
    assertThat(content(wellFormed(onlyMu.with(MU, new Value.Bytes(new byte[64])))).mu())
        .hasSize(64);
    refused(onlyMu.with(MU, new Value.Bytes(new byte[63])), MALFORMED_REQUEST);
    refused(onlyMu.with(MU, new Value.Bytes(new byte[65])), MALFORMED_REQUEST);
    refused(onlyMu.with(MU, new Value.Bytes(new byte[0])), MALFORMED_REQUEST);
  }

  @Test
  void exactlyOneOfMessageAndMuIsRequired() {
    refused(without(SIGN, MESSAGE), MALFORMED_REQUEST);
    refused(SIGN.with(MU, new Value.Bytes(new byte[64])), MALFORMED_REQUEST);
  }

  @Test
  void aContextHasAtMost255Bytes() {
    assertThat(content(wellFormed(SIGN.with(CONTEXT, new Value.Bytes(new byte[255])))).context())
        .hasSize(255);
    refused(SIGN.with(CONTEXT, new Value.Bytes(new byte[256])), MALFORMED_REQUEST);
  }

  @Test
  void aContextBesideMuIsRefusedUnlessItIsEmpty() {
    CommandFields mu = without(SIGN, MESSAGE).with(MU, new Value.Bytes(new byte[64]));
    refused(mu.with(CONTEXT, new Value.Bytes(new byte[] {1})), MALFORMED_REQUEST);
    assertThat(content(wellFormed(mu.with(CONTEXT, new Value.Bytes(new byte[0])))).context())
        .isEmpty();
  }

  @Test
  void aKeyGenerationHasNothingToSign() {
    refused(KEYGEN.with(MESSAGE, new Value.Bytes(new byte[1])), UNKNOWN_FIELD);
    refused(KEYGEN.with(MU, new Value.Bytes(new byte[64])), UNKNOWN_FIELD);
    refused(KEYGEN.with(CONTEXT, new Value.Bytes(new byte[1])), UNKNOWN_FIELD);
  }

  @Test
  void aRequestIdHasAtMost128VisibleAsciiCharacters() {
    assertThat(wellFormed(SIGN.with(REQUEST_ID, "~".repeat(128))).requestId()).hasSize(128);
    assertThat(wellFormed(SIGN.with(REQUEST_ID, "!")).requestId()).isEqualTo("!");
    refused(SIGN.with(REQUEST_ID, "~".repeat(129)), MALFORMED_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\tb", "é", "a\u007f", "a\u0000", "a\n", "\ud800"})
  void anyOtherRequestIdIsMalformed(String requestId) {
    refused(SIGN.with(REQUEST_ID, requestId), MALFORMED_REQUEST);
  }

  @Test
  void aDeadlineIsAnRfc3339Time() {
    refused(SIGN.with(DEADLINE, "tomorrow"), MALFORMED_REQUEST);
    refused(SIGN.with(DEADLINE, "2030-01-31T12:00:00"), MALFORMED_REQUEST);
    refused(KEYGEN.with(DEADLINE, "1893456000"), MALFORMED_REQUEST);
  }

  @Test
  void aRefusalIsAddressedToTheRequestIdIfThatIsValid() {
    CommandFields broken = without(SIGN, MESSAGE);
    assertThat(CommandRules.check(CALLER, broken.with(REQUEST_ID, "mine"), () -> "minted", NOW))
        .isInstanceOfSatisfying(
            CheckedCommand.Malformed.class, m -> assertThat(m.requestId()).isEqualTo("mine"));
    assertThat(CommandRules.check(CALLER, broken.with(REQUEST_ID, "not mine"), () -> "minted", NOW))
        .isInstanceOfSatisfying(
            CheckedCommand.Malformed.class, m -> assertThat(m.requestId()).isNull());
  }

  @Test
  void aRefusalNeverRepeatsWhatWasSent() {
    String secret = "Zx-do-not-repeat";
    for (CommandFields fields :
        new CommandFields[] {
          SIGN.with(REQUEST_TYPE, secret),
          SIGN.with(ALG, secret),
          SIGN.with(DEADLINE, secret),
          SIGN.with(REQUEST_ID, secret + " "),
          SIGN.with(USER_ID, secret.repeat(20))
        }) {
      assertThat(malformed(fields).refusal().detail()).doesNotContain(secret);
    }
  }

  @Test
  void idAndDeadlineAreNoPartOfTheDigest() {
    byte[] digest = wellFormed(SIGN).digest();
    assertThat(wellFormed(SIGN.with(REQUEST_ID, "another")).digest()).isEqualTo(digest);
    assertThat(wellFormed(SIGN.with(DEADLINE, "2030-01-31T12:00:00Z")).digest()).isEqualTo(digest);
    assertThat(wellFormed(SIGN.with(ALG, "ML-DSA-65")).digest()).isNotEqualTo(digest);
  }

  private static CommandFields without(CommandFields fields, CommandField field) {
    Map<CommandField, Value> rest = new EnumMap<>(fields.values());
    rest.remove(field);
    return new CommandFields(rest, fields.fault());
  }

  private static RequestContent content(Request request) {
    return Objects.requireNonNull(request.content());
  }

  private static Request wellFormed(CommandFields fields) {
    CheckedCommand checked = CommandRules.check(CALLER, fields, () -> "minted", NOW);
    assertThat(checked).isInstanceOf(CheckedCommand.WellFormed.class);
    return ((CheckedCommand.WellFormed) checked).request();
  }

  private static CheckedCommand.Malformed malformed(CommandFields fields) {
    CheckedCommand checked = CommandRules.check(CALLER, fields, () -> "minted", NOW);
    assertThat(checked).isInstanceOf(CheckedCommand.Malformed.class);
    return (CheckedCommand.Malformed) checked;
  }

  private static void refused(CommandFields fields, ErrorCode code) {
    assertThat(malformed(fields).refusal().code()).isEqualTo(code);
  }
}
