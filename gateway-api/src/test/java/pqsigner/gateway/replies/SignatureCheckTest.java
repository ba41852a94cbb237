package pqsigner.gateway.replies;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.gateway.testing.TestKey;
import pqsigner.mldsa.ExternalMu;
import pqsigner.mldsa.SigningInput;
import pqsigner.mldsa.TestedVerifier;

/// What a host can say that has the worker's certificate: everything but a signature by the
/// registered key over what was asked.
final class SignatureCheckTest {

  private static final TestKey KEY = TestKey.of(1);
  private static final TestKey OTHER_KEY = TestKey.of(2);
  private static final byte[] MESSAGE = "hello".getBytes(UTF_8);
  private static final byte[] CONTEXT = {1, 2};
  private static final SigningInput ASKED = new SigningInput.Message(MESSAGE, CONTEXT);
  private static final TestedVerifier VERIFIER = TestedVerifier.start();

  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger =
      new InMemoryRequestLedger(Entries.POLICY, new TestClock(), keys);
  private final AskedSignatures asked = new AskedSignatures(new SimpleMeterRegistry());
  private final SignatureCheck check = new SignatureCheck(asked, ledger, keys, VERIFIER);

  @BeforeEach
  void registerKeys() {
    keys.register(key(CUSTODIAN, KEY));
    keys.register(key("custodian-b", OTHER_KEY));
  }

  private static RegisteredKey key(String custodian, TestKey key) {
    return key(custodian, 1, key);
  }

  private static RegisteredKey key(String custodian, int version, TestKey key) {
    return new RegisteredKey(
        custodian,
        "user-1",
        Algorithm.ML_DSA_44,
        version,
        key.publicKey(),
        new byte[] {9},
        new byte[60],
        new byte[] {7},
        NOW);
  }

  private LedgerEntry accepted(Request request, boolean kept) {
    LedgerEntry entry = ((Acceptance.Fresh) ledger.accept(request)).entry();
    if (kept) {
      asked.remember(entry);
    }
    return entry;
  }

  private SignatureCheck.Verdict verdict(String requestId, String content, byte[] signature) {
    return check.check(reply(requestId, content, signature), signature);
  }

  private static Reply reply(String requestId, String content, byte[] signature) {
    return new Reply.Decided(
        Entries.key(requestId),
        Entries.digest(content),
        new Outcome.Signed(signature, NOW.plusSeconds(1)));
  }

  static Stream<Map.Entry<String, byte[]>> forgeries() {
    byte[] junk = new byte[2420];
    Arrays.fill(junk, (byte) 'A');
    byte[] junkOf65 = new byte[3309];
    Arrays.fill(junkOf65, (byte) 'A');
    byte[] changed = KEY.sign(ASKED, 3);
    changed[100] ^= 1;
    SigningInput otherMessage = new SigningInput.Message("hellp".getBytes(UTF_8), CONTEXT);
    SigningInput otherContext = new SigningInput.Message(MESSAGE, new byte[] {1, 3});
    byte[] both = {1, 2, 'h', 'e', 'l', 'l', 'o'};
    byte[] mu = ExternalMu.of(OTHER_KEY.publicKey(), CONTEXT, MESSAGE);
    return Map.ofEntries(
        Map.entry("junk", junk),
        Map.entry("junk as long as an ML-DSA-65 signature", junkOf65),
        Map.entry("nothing", new byte[0]),
        Map.entry("one bit changed", changed),
        Map.entry("one byte more", Arrays.copyOf(KEY.sign(ASKED, 3), 2421)),
        Map.entry("another custodian's key of the same user_id", OTHER_KEY.sign(ASKED, 3)),
        Map.entry("another message", KEY.sign(otherMessage, 3)),
        Map.entry("another context", KEY.sign(otherContext, 3)),
        Map.entry("no context", KEY.sign(SigningInput.message(MESSAGE), 3)),
        Map.entry("the context moved into the message", KEY.sign(SigningInput.message(both), 3)),
        Map.entry("the mu of another key", KEY.sign(new SigningInput.ExternalMu(mu), 3)))
        .entrySet()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aForgeryIsNeverTaken(Map.Entry<String, byte[]> forgery) {
    accepted(Entries.sign("kept"), true);
    accepted(Entries.sign("read"), false);

    for (String requestId : new String[] {"kept", "read"}) {
      assertThat(verdict(requestId, "hello", forgery.getValue()))
          .as(forgery.getKey())
          .isInstanceOfSatisfying(
              SignatureCheck.Verdict.Forged.class,
              forged -> {
                assertThat(forged.entry().requestId()).isEqualTo(requestId);
                assertThat(forged.reason()).isEqualTo(SignatureCheck.Reason.DOES_NOT_VERIFY);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSignatureThatWasAskedForIsTaken(boolean kept) {
    accepted(Entries.sign("r"), kept);
    assertThat(verdict("r", "hello", KEY.sign(ASKED, 3)))
        .isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  /// A host that keeps the record of version 1 can have the enclave sign with it whatever was asked
  /// of version 2.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSignatureOfAnotherVersionIsAForgery(boolean kept) {
    RegisteredKey second = key(CUSTODIAN, 2, OTHER_KEY);
    keys.register(second);
    accepted(Entries.sign("r").signedWith(second), kept);

    assertThat(verdict("r", "hello", KEY.sign(ASKED, 3)))
        .isInstanceOfSatisfying(
            SignatureCheck.Verdict.Forged.class,
            forged -> assertThat(forged.reason()).isEqualTo(SignatureCheck.Reason.DOES_NOT_VERIFY));
    assertThat(verdict("r", "hello", OTHER_KEY.sign(ASKED, 3)))
        .isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSignatureThatCameAfterTheDisablingIsNotTakenEvenWhenTheKeyIsEnabledAgain(boolean kept) {
    accepted(Entries.sign("before"), kept);
    byte[] signature = KEY.sign(ASKED, 3);

    keys.enable(CUSTODIAN, "user-1", 1, false);
    assertThat(verdict("before", "hello", signature))
        .isEqualTo(new SignatureCheck.Verdict.Disabled());
    RegisteredKey again = keys.enable(CUSTODIAN, "user-1", 1, true).orElseThrow();
    assertThat(verdict("before", "hello", signature))
        .isEqualTo(new SignatureCheck.Verdict.Disabled());

    accepted(Entries.sign("after").signedWith(again), kept);
    assertThat(verdict("after", "hello", signature))
        .isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  /// Whoever forges must not end a request, whatever the state of its key.
  @Test
  void aForgeryUnderADisabledKeyIsAForgery() {
    accepted(Entries.sign("r"), false);
    keys.enable(CUSTODIAN, "user-1", 1, false);

    assertThat(verdict("r", "hello", new byte[2420]))
        .isInstanceOf(SignatureCheck.Verdict.Forged.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMuIsHeldAgainstTheMuThatWasSent(boolean kept) {
    byte[] mu = ExternalMu.of(KEY.publicKey(), CONTEXT, MESSAGE);
    accepted(
        new Request(
            Entries.key("r"),
            Entries.digest("mu"),
            RequestType.SIGN,
            "user-1",
            Algorithm.ML_DSA_44,
            1,
            0,
            RequestContent.toSign(null, mu, new byte[0]),
            null,
            Origin.HTTP,
            null,
            NOW),
        kept);

    assertThat(verdict("r", "mu", KEY.sign(SigningInput.message(MESSAGE), 3)))
        .isInstanceOf(SignatureCheck.Verdict.Forged.class);
    assertThat(verdict("r", "mu", KEY.sign(new SigningInput.ExternalMu(mu), 3)))
        .isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  /// The usual reply: what it is held against is at hand.
  @Test
  void whatIsKeptNeedsNoReadOfTheLedger() {
    accepted(Entries.sign("r"), true);
    SignatureCheck without =
        new SignatureCheck(
            asked,
            new InMemoryRequestLedger(Entries.POLICY, new TestClock(), new InMemoryKeyRegistry()),
            keys,
            VERIFIER);
    byte[] signature = KEY.sign(ASKED, 3);
    Reply reply = reply("r", "hello", signature);

    assertThat(without.check(reply, signature)).isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  /// After a forgery the row is looked at anew: its job may have been queued again by another
  /// gateway.
  @Test
  void aForgeryEndsWhatWasKept() {
    accepted(Entries.sign("r"), true);
    verdict("r", "hello", new byte[2420]);
    assertThat(asked.find(Entries.key("r"))).isEmpty();
    assertThat(verdict("r", "hello", KEY.sign(ASKED, 3)))
        .isEqualTo(new SignatureCheck.Verdict.Genuine());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReplyAboutOtherContentIsAboutNothing(boolean kept) {
    accepted(Entries.sign("r"), kept);
    byte[] genuine = KEY.sign(ASKED, 3);
    SignatureCheck.Verdict nothing =
        new SignatureCheck.Verdict.NotPending(new Completion.Unrelated());
    assertThat(verdict("r", "other", genuine)).isEqualTo(nothing);
    assertThat(verdict("never-seen", "hello", genuine)).isEqualTo(nothing);
  }

  @Test
  void aFinishedRequestIsNotJudgedAgain() {
    accepted(Entries.sign("r"), false);
    Outcome first = new Outcome.Signed(KEY.sign(ASKED, 3), NOW);
    ledger.complete(Entries.key("r"), Entries.digest("hello"), first);

    assertThat(verdict("r", "hello", new byte[2420]))
        .isInstanceOfSatisfying(
            SignatureCheck.Verdict.NotPending.class,
            it ->
                assertThat(it.completion())
                    .isInstanceOfSatisfying(
                        Completion.Superseded.class,
                        superseded -> assertThat(superseded.entry().outcome()).isEqualTo(first)));
  }

  @Test
  void aSignatureIsNoAnswerToAKeyGeneration() {
    accepted(Entries.generate("g", "user-2"), false);
    assertThat(verdict("g", "generate user-2", KEY.sign(ASKED, 3)))
        .isInstanceOfSatisfying(
            SignatureCheck.Verdict.Forged.class,
            it -> assertThat(it.reason()).isEqualTo(SignatureCheck.Reason.NOT_ASKED_FOR));
  }

  @Test
  void withoutItsKeyNothingVerifies() {
    accepted(Entries.sign("r"), false);
    SignatureCheck keyless = new SignatureCheck(asked, ledger, new InMemoryKeyRegistry(), VERIFIER);
    byte[] signature = KEY.sign(ASKED, 3);
    Reply reply = reply("r", "hello", signature);

    assertThat(keyless.check(reply, signature))
        .isInstanceOfSatisfying(
            SignatureCheck.Verdict.Forged.class,
            it -> assertThat(it.reason()).isEqualTo(SignatureCheck.Reason.KEY_MISSING));
  }
}
