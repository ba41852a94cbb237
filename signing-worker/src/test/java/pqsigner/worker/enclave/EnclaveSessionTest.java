package pqsigner.worker.enclave;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.EnclaveStats.KmsCalls;
import pqsigner.protocol.EnclaveStats.Operation;
import pqsigner.protocol.EnclaveStats.Resource;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.worker.credentials.CredentialSchedule;
import pqsigner.worker.credentials.CredentialSource;
import pqsigner.worker.credentials.NoCredentialsException;
import pqsigner.worker.enclave.EnclaveCircuit.Cause;
import pqsigner.worker.enclave.EnclaveCircuit.State;
import pqsigner.worker.exchange.BatchDeadline;
import pqsigner.worker.exchange.Exchange.Ending;
import pqsigner.worker.testing.Await;

@Timeout(40)
class EnclaveSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private volatile Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;
  private final EnclaveCircuit circuit =
      new EnclaveCircuit(clock, Duration.ofMillis(1), Duration.ofMillis(1));
  private final EnclaveClient client = new EnclaveClient(Duration.ofSeconds(5));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger pushes = new AtomicInteger();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private volatile CredentialSource source = () -> credentials(0);
  private ScriptedEnclave enclave;
  private EnclaveSession session;

  @BeforeEach
  void listen() throws IOException {
    enclave = ScriptedEnclave.listen(new EndpointAddress.Unix(directory.resolve("enclave.sock")));
    session =
        new EnclaveSession(
            enclave.settings(Duration.ofMillis(500), 100),
            client,
            circuit,
            new CredentialRelay(
                new CredentialSource() {
                  @Override
                  public Request.Credentials get() {
                    return source.get();
                  }

                  @Override
                  public void refused() {
                    told.add(enclave.credentials().getLast());
                  }
                },
                new CredentialSchedule(
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(10),
                    Duration.ofMillis(40)),
                clock),
            new EnclaveMetrics(meters));
  }

  @AfterEach
  void end() throws Exception {
    session.stop();
    enclave.close();
  }

  private Request.Credentials credentials(long expiresAtEpochMs) {
    return new Request.Credentials(
        ("AKIA" + pushes.incrementAndGet()).getBytes(UTF_8),
        "secret".getBytes(UTF_8),
        "token".getBytes(UTF_8),
        expiresAtEpochMs);
  }

  private void startAndAwaitServing() {
    session.start();
    Await.until("a closed circuit", circuit::isClosed);
  }

  @Test
  void anAttestedEnclaveGetsCredentialsAndServes() {
    startAndAwaitServing();
    assertThat(enclave.credentials()).containsExactly("AKIA1");
    assertThat(
            client
                .exchange(Jobs.signTogether(client.nextId(), "a"), BatchDeadline.in(PATIENCE))
                .ending())
        .isEqualTo(Ending.COMPLETE);
  }

  @Test
  void whatTheEnclaveTellsOfItselfIsShown() {
    assertThat(kms("decrypt", "released").count()).isZero();
    enclave.stats(
        new EnclaveStats(
            List.of(
                new KmsCalls(Operation.DECRYPT, null, 3, 4500),
                new KmsCalls(Operation.DECRYPT, Refusal.KMS_THROTTLED, 2, 100),
                new KmsCalls(Operation.DECRYPT, Refusal.INTERNAL, 1, 1)),
            List.of(new Usage(Resource.LEASES, 7, 64))));
    startAndAwaitServing();

    assertThat(kms("decrypt", "released").count()).isEqualTo(3);
    assertThat(kms("decrypt", "released").totalTime(TimeUnit.MICROSECONDS)).isEqualTo(4500);
    assertThat(kms("decrypt", "kms_throttled").count()).isEqualTo(2);
    assertThat(kms("decrypt", "internal").count()).as("one nobody expected").isEqualTo(1);
    assertThat(kms("generate_data_key", "released").count()).isZero();
    assertThat(usage("usage", "leases")).isEqualTo(7);
    assertThat(usage("usage.limit", "leases")).isEqualTo(64);
    assertThat(usage("usage", "jobs")).as("not told").isNaN();
  }

  private FunctionTimer kms(String operation, String outcome) {
    return meters
        .get("pq.signer.enclave.kms.calls")
        .tags("operation", operation, "outcome", outcome)
        .functionTimer();
  }

  private double usage(String name, String resource) {
    return meters.get("pq.signer.enclave." + name).tag("resource", resource).gauge().value();
  }

  @Test
  void anEnclaveThatServedAnotherWorkerGetsThisOnesCredentials() {
    enclave.phase(Phase.SERVING);
    startAndAwaitServing();
    assertThat(enclave.credentials()).containsExactly("AKIA1");
  }

  @Test
  void anEnclaveThatBootsIsWaitedFor() {
    enclave.phase(Phase.BOOTING);
    session.start();
    Await.until("enclave not ready", () -> causeIs(Cause.ENCLAVE_NOT_READY));
    assertThat(enclave.credentials()).isEmpty();
    enclave.phase(Phase.ATTESTED);
    Await.until("a closed circuit", circuit::isClosed);
  }

  @Test
  void aDrainingEnclaveOpensTheCircuit() {
    startAndAwaitServing();
    enclave.phase(Phase.DRAINING);
    Await.until("enclave not ready", () -> causeIs(Cause.ENCLAVE_NOT_READY));
  }

  @Test
  void anEnclaveThatRestartsIsFoundAgainAndGetsCredentialsAgain() throws IOException {
    startAndAwaitServing();
    enclave.close();
    Await.until("enclave unreachable", () -> causeIs(Cause.ENCLAVE_UNREACHABLE));
    enclave = ScriptedEnclave.listen(enclave.address());
    Await.until("a closed circuit", circuit::isClosed);
    assertThat(enclave.credentials()).hasSize(1);
  }

  @Test
  void anEnclaveThatHangsIsDroppedAndFoundAgain() {
    startAndAwaitServing();
    enclave.freeze();
    Await.until("enclave unreachable", () -> causeIs(Cause.ENCLAVE_UNREACHABLE));
    assertThat(
            client
                .exchange(Jobs.signTogether(client.nextId(), "a"), BatchDeadline.in(PATIENCE))
                .ending())
        .isEqualTo(Ending.UNREACHABLE);
    enclave.thaw();
    Await.until("a closed circuit", circuit::isClosed);
  }

  @Test
  void credentialsAreRefreshedBeforeTheyEnd() {
    Instant end = Instant.EPOCH.plus(Duration.ofHours(1));
    source = () -> credentials(now.plus(Duration.ofHours(1)).toEpochMilli());
    startAndAwaitServing();
    now = Instant.EPOCH.plus(Duration.ofMinutes(15)).minusMillis(1);
    circuit.enclaveDown(Cause.ENCLAVE_NOT_READY);
    Await.until("a closed circuit", circuit::isClosed);
    assertThat(enclave.credentials()).hasSize(1);
    now = end.minus(Duration.ofMinutes(3));
    Await.until("fresh credentials", () -> enclave.credentials().size() == 2);
  }

  @Test
  void aSourceThatFailsIsToleratedWhileTheEnclaveStillHasValidCredentials() {
    long end = Instant.EPOCH.plus(Duration.ofHours(1)).toEpochMilli();
    source = () -> credentials(end);
    startAndAwaitServing();
    AtomicInteger asked = new AtomicInteger();
    source =
        () -> {
          asked.incrementAndGet();
          throw new NoCredentialsException("none");
        };
    now = Instant.EPOCH.plus(Duration.ofMinutes(58));
    Await.until("a failed refresh", () -> asked.get() == 1);
    assertThat(circuit.isClosed()).isTrue();
    now = Instant.EPOCH.plus(Duration.ofHours(1));
    Await.until("no credentials", () -> causeIs(Cause.NO_CREDENTIALS));
  }

  @Test
  void credentialsThatHaveAlreadyExpiredAreNotPushed() {
    now = Instant.EPOCH.plusSeconds(100);
    source = () -> credentials(50_000);
    session.start();
    Await.until("no credentials", () -> causeIs(Cause.NO_CREDENTIALS));
    assertThat(enclave.credentials()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "CREDENTIALS_REFUSED, CREDENTIALS_REFUSED",
    "KMS_DENIED, KMS_DENIED",
    "KMS_UNAVAILABLE, KMS_UNAVAILABLE",
    "OVERLOADED, ENCLAVE_NOT_READY"
  })
  void credentialsThatKmsRefusesAreFetchedAnewUntilItTakesSome(Refusal refusal, Cause cause) {
    enclave.refuseCredentials(refusal);
    session.start();
    Await.until("the cause", () -> causeIs(cause));
    Await.until("a second offer at once", () -> enclave.credentials().size() == 2);
    Await.until("refusals told", () -> told.size() == 2);
    assertThat(enclave.connections()).as("no reason to connect again").isEqualTo(1);

    enclave.refuseCredentials(null);
    now = now.plusSeconds(1);

    Await.until("a closed circuit", circuit::isClosed);
    assertThat(enclave.credentials()).containsExactly("AKIA1", "AKIA2", "AKIA3");
    assertThat(refusedCount("kms_denied")).isEqualTo(refusal == Refusal.KMS_DENIED ? 2 : 0);
  }

  /// Rubbish in the provider's chain costs nothing while the enclave has what works.
  @Test
  void anEnclaveThatServesWithOldCredentialsGoesOnWhenNewOnesAreRefused() {
    startAndAwaitServing();
    AtomicInteger opened = new AtomicInteger();
    circuit.onChange(opened::incrementAndGet);
    enclave.refuseCredentials(Refusal.CREDENTIALS_REFUSED);
    now = now.plus(Duration.ofMinutes(15));

    Await.until("two more offers", () -> enclave.credentials().size() == 3);
    Await.until("refusals counted", () -> refusedCount("credentials_refused") == 2);

    assertThat(opened).hasValue(0);
    assertThat(
            client
                .exchange(Jobs.signTogether(client.nextId(), "a"), BatchDeadline.in(PATIENCE))
                .ending())
        .isEqualTo(Ending.COMPLETE);
  }

  private double refusedCount(String code) {
    return meters.get("pq.signer.worker.credentials.refused").tag("code", code).counter().count();
  }

  @Test
  void anEnclaveThatIsNotReadyForAJobGetsCredentialsAgainAtOnce() {
    startAndAwaitServing();
    circuit.enclaveDown(Cause.ENCLAVE_NOT_READY);
    session.recheck();
    Await.until("fresh credentials", () -> enclave.credentials().size() == 2);
    Await.until("a closed circuit", circuit::isClosed);
  }

  @Test
  void aLateWordOfAKmsOutageOpensTheCircuit() {
    enclave.script((_, _) -> {});
    startAndAwaitServing();
    client.exchange(
        Jobs.signTogether(client.nextId(), "a"), BatchDeadline.in(Duration.ofMillis(20)));
    enclave.script(
        (link, asked) -> {
          for (ScriptedEnclave.Asked each : enclave.asked()) {
            if (each.id() != asked.id()) {
              link.answer(each.id(), new Answer.Refused(Refusal.KMS_UNAVAILABLE));
            }
          }
          link.sign(asked);
        });
    AtomicInteger opened = new AtomicInteger();
    circuit.onChange(() -> opened.addAndGet(circuit.state() instanceof State.Open ? 1 : 0));

    client.exchange(Jobs.signTogether(client.nextId(), "b"), BatchDeadline.in(PATIENCE));

    assertThat(meters.get("pq.signer.worker.enclave.late.answers").counter().count()).isEqualTo(1);
    assertThat(opened).hasPositiveValue();
  }

  private boolean causeIs(Cause cause) {
    return circuit.state() instanceof State.Open(var actual, var _, var _) && actual == cause;
  }
}
