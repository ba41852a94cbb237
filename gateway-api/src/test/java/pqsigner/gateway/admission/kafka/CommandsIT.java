package pqsigner.gateway.admission.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.CUSTODIAN;
import static pqsigner.gateway.testing.RunningGateway.TOPICS;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandField;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.Requester;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Keys;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.PretendWorker;
import pqsigner.gateway.testing.RunningGateway;
import pqsigner.gateway.testing.TopicTail;

/// Commands from the broker to the broker: what a custodian sends, what the worker gets, what the
/// custodian reads.
@ExtendWith(RunningGateway.Extension.class)
final class CommandsIT {

  private final RunningGateway gateway;
  private final String id = "cmd-it-" + UUID.randomUUID();
  private final String user = "user-" + UUID.randomUUID();
  private final Pipeline pipeline;
  private final PretendWorker worker;

  CommandsIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.pipeline = new Pipeline(gateway, CUSTODIAN);
    this.worker = new PretendWorker(gateway);
  }

  @BeforeEach
  void registerKey() {
    Keys.register(gateway, user);
  }

  @AfterEach
  void close() {
    pipeline.close();
    worker.close();
  }

  @Test
  void aCommandBecomesAJobAndItsReplyAResult() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));

    ConsumerRecord<byte[], byte[]> record = worker.jobRecord(id);
    SigningJob job = worker.read(record);
    assertThat(job.getCustodian()).isEqualTo(CUSTODIAN);
    assertThat(job.getUserId()).isEqualTo(user);
    assertThat(job.getMessage()).isEqualTo(ByteBuffer.wrap("hello".getBytes(UTF_8)));
    assertThat(job.getKey().getWrappedSeed().remaining()).isEqualTo(60);
    assertThat(record.topic()).isEqualTo(RunningGateway.TOPICS.bulkJobs());
    assertThat(job.getReplyPartition()).as("one that this gateway reads").isBetween(0, 3);
    assertThat(TopicTail.text(record.key()).orElseThrow()).startsWith(CUSTODIAN + "/" + user);
    worker.sign(job, 7);

    ConsumerRecord<byte[], byte[]> published = pipeline.result(id);
    Result result = pipeline.read(published);
    assertThat(result.getState()).isEqualTo("SIGNED");
    assertThat(result.getUserId()).isEqualTo(user);
    assertThat(result.getSignature().remaining()).isEqualTo(2420);
    assertThat(EventHeaders.text(published.headers(), EventHeaders.CE_TYPE))
        .contains(EventHeaders.TYPE_RESULT);
    assertThat(EventHeaders.text(published.headers(), EventHeaders.CE_ID)).contains(id);
  }

  @Test
  void aFinishedCommandDeliveredAgainGetsTheSameBytesAndNoNewJob() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    SigningJob job = worker.job(id);
    worker.sign(job, 7);
    pipeline.result(id);

    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    worker.sign(job, 8);

    List<ConsumerRecord<byte[], byte[]>> results = pipeline.results(id, 3);
    assertThat(results)
        .allSatisfy(
            r -> {
              assertThat(r.value()).isEqualTo(results.getFirst().value());
              assertThat(r.headers()).isEqualTo(results.getFirst().headers());
            });
    assertThat(worker.jobRecords(id, 1)).hasSize(1);
  }

  @Test
  void theSameIdForAnotherMessageIsAConflictAndTheFirstGoesOn() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    SigningJob job = worker.job(id);

    RecordMetadata rival = pipeline.send(id, Pipeline.sign(id, user, "other"));
    ConsumerRecord<byte[], byte[]> conflict = pipeline.conflict(id, rival);
    assertThat(EventHeaders.text(conflict.headers(), EventHeaders.CE_TYPE))
        .contains(EventHeaders.TYPE_CONFLICT);
    Conflict said = pipeline.read(conflict, Conflict.class);
    assertThat(said.getRequestId()).isEqualTo(id);
    assertThat(said.getCode()).isEqualTo("request_id_conflict");
    assertThat(said.getRetry()).isEqualTo("new_request_id");

    worker.sign(job, 7);
    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
  }

  /// Consumers that keep one event of each source and id, or the last record of each key, keep what
  /// was signed and hear of the conflict, whichever comes last.
  @Test
  void aConflictNeverTakesThePlaceOfTheResult() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    worker.sign(worker.job(id), 7);
    ConsumerRecord<byte[], byte[]> result = pipeline.result(id);
    RecordMetadata rival = pipeline.send(id, Pipeline.sign(id, user, "other"));
    ConsumerRecord<byte[], byte[]> conflict = pipeline.conflict(id, rival);

    assertThat(sourceAndId(conflict)).isNotEqualTo(sourceAndId(result));
    Map<String, ConsumerRecord<byte[], byte[]>> table = new HashMap<>();
    pipeline
        .resultsTail()
        .toEnd()
        .forEach(record -> TopicTail.text(record.key()).ifPresent(key -> table.put(key, record)));
    assertThat(pipeline.read(Objects.requireNonNull(table.get(id))).getState()).isEqualTo("SIGNED");
    assertThat(conflict.partition())
        .as("read in order with the result")
        .isEqualTo(result.partition());
  }

  @Test
  void twoCustodiansWithOneRequestIdAreTwoSources() {
    try (Pipeline other = new Pipeline(gateway, "custodian-b")) {
      pipeline.send(id, Pipeline.sign(id, "nobody-" + user, "hello"));
      other.send(id, Pipeline.sign(id, "nobody-" + user, "hello"));

      assertThat(sourceAndId(pipeline.result(id))).isNotEqualTo(sourceAndId(other.result(id)));
    }
  }

  @Test
  void aFailedRequestTellsItsOwnerWhoseRepetitionIsSigned() {
    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    worker.fail(worker.job(id), "kms_unavailable");

    ConsumerRecord<byte[], byte[]> event = pipeline.event(id + " failed 1");
    assertThat(EventHeaders.text(event.headers(), EventHeaders.CE_TYPE))
        .contains(EventHeaders.TYPE_FAILED);
    Failed failed = pipeline.read(event, Failed.class);
    assertThat(failed.getCode()).isEqualTo("kms_unavailable");
    assertThat(failed.getAttempts()).isEqualTo(3);
    assertThat(failed.getRetry()).isEqualTo("same_request_id");

    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    ConsumerRecord<byte[], byte[]> again = worker.jobRecords(id, 2).get(1);
    assertThat(EventHeaders.text(again.headers(), EventHeaders.REPLAYS)).contains("1");
    worker.fail(worker.read(again), "enclave_unavailable");
    assertThat(pipeline.read(pipeline.event(id + " failed 2"), Failed.class).getCode())
        .isEqualTo("enclave_unavailable");

    pipeline.send(id, Pipeline.sign(id, user, "hello"));
    worker.sign(worker.read(worker.jobRecords(id, 3).get(2)), 7);
    ConsumerRecord<byte[], byte[]> result = pipeline.result(id);
    assertThat(pipeline.read(result).getState()).isEqualTo("SIGNED");
    assertThat(result.partition()).as("behind the failures").isEqualTo(event.partition());
    assertThat(gateway.ledger().find(Entries.key(id)).orElseThrow().progress().replayTrail())
        .extracting(Replay::by)
        .containsExactly(new Replay.By.Owner(), new Replay.By.Owner());
  }

  /// The command's own record again, as after an offset reset: told the same again, put nothing
  /// back to work and used up no repetition.
  @Test
  void aCommandThatKafkaDeliversAgainAfterItsFailureIsAnEcho() throws Exception {
    byte[] command = pipeline.bytes(Pipeline.sign(id, user, "hello"));
    RecordMetadata place = pipeline.send(id, command);
    worker.fail(worker.job(id), "kms_unavailable");
    pipeline.event(id + " failed 1");
    ConsumerRecord<byte[], byte[]> echo =
        new ConsumerRecord<>(
            place.topic(),
            place.partition(),
            place.offset(),
            place.timestamp(),
            TimestampType.LOG_APPEND_TIME,
            -1,
            -1,
            id.getBytes(UTF_8),
            command,
            new RecordHeaders(),
            Optional.empty());

    for (int delivery = 0; delivery < 6; delivery++) {
      gateway.bean(CommandHandler.class).handle(echo);
    }

    List<ConsumerRecord<byte[], byte[]>> told =
        pipeline
            .resultsTail()
            .await("the failure, seven times", 7, TopicTail.keyed(id + " failed 1"));
    assertThat(told)
        .allSatisfy(
            r -> {
              assertThat(r.value()).isEqualTo(told.getFirst().value());
              assertThat(r.headers()).isEqualTo(told.getFirst().headers());
            });
    LedgerEntry entry = gateway.ledger().find(Entries.key(id)).orElseThrow();
    assertThat(entry.state()).isEqualTo(RequestState.FAILED);
    assertThat(entry.progress().replays()).isZero();
  }

  private static List<String> sourceAndId(ConsumerRecord<byte[], byte[]> event) {
    return List.of(
        EventHeaders.text(event.headers(), EventHeaders.CE_SOURCE).orElseThrow(),
        EventHeaders.text(event.headers(), EventHeaders.CE_ID).orElseThrow());
  }

  @Test
  void aRefusedCommandIsRecordedAndItsResultIsPublishedEachTime() {
    Command command = Pipeline.sign(id, "nobody-" + user, "hello");
    pipeline.send(id, command);
    assertThat(pipeline.read(pipeline.result(id)).getCode()).isEqualTo("unknown_user");

    Keys.register(gateway, "nobody-" + user);
    pipeline.send(id, command);

    List<ConsumerRecord<byte[], byte[]>> results = pipeline.results(id, 2);
    assertThat(results.get(1).value()).isEqualTo(results.get(0).value());
  }

  @Test
  void muIsRefusedWhereItIsSwitchedOff() {
    Command command =
        Command.newBuilder()
            .setRequestType("sign")
            .setRequestId(id)
            .setUserId(user)
            .setMu(ByteBuffer.wrap(new byte[64]))
            .build();
    gateway.agree("custodian-b", CustodianTerms.usual().withMu(false));
    gateway.bean(Custodians.class).refresh();
    try (Pipeline other = new Pipeline(gateway, "custodian-b")) {
      other.send(id, command);

      Result result = other.read(other.result(id));
      assertThat(result.getState()).isEqualTo("REFUSED");
      assertThat(result.getCode()).isEqualTo("forbidden");
    } finally {
      gateway.agree("custodian-b", CustodianTerms.usual());
    }
  }

  @Test
  void aCommandThatIsTooLateExpiresAndIsNotQueued() {
    pipeline.send(id, Pipeline.sign(id, user, "hello", Instant.now().minusSeconds(1).toString()));

    Result result = pipeline.read(pipeline.result(id));

    assertThat(result.getState()).isEqualTo("EXPIRED");
    assertThat(result.getCode()).isEqualTo("deadline_exceeded");
  }

  @Test
  void theRecordKeyIsTheIdWhenTheFieldIsAbsentAndMustAgreeWhenNot() {
    pipeline.send(id, Pipeline.sign(null, user, "hello"));
    assertThat(worker.job(id).getRequestId()).isEqualTo(id);

    String other = id + "-other";
    pipeline.send(id, Pipeline.sign(other, user, "hello"));
    assertThat(pipeline.read(pipeline.result(other)).getCode()).isEqualTo("malformed_request");
  }

  @Test
  void aCommandWithoutAnyIdGetsOneFromItsPlace() {
    RecordMetadata place = pipeline.send(null, Pipeline.sign(null, user, "nameless"));

    SigningJob job =
        worker.read(
            worker.jobs().await("the nameless job", r -> worker.read(r).getUserId().equals(user)));

    assertThat(job.getRequestId()).matches("cmd-[0-9a-f]{32}");
    assertThat(gateway.ledger().find(Entries.key(job.getRequestId()))).isPresent();
    assertThat(place.offset()).isNotNegative();
  }

  @Test
  void poisonIsKeptUntouchedAndBlocksNobody() {
    byte[] poison = "not avro at all".getBytes(UTF_8);
    List<RecordMetadata> places = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      places.add(pipeline.send(null, poison));
    }
    places.add(pipeline.send(null, (byte[]) null));
    pipeline.send(id, Pipeline.sign(id, user, "after the poison"));

    worker.job(id);
    try (TopicTail letters = new TopicTail(gateway.kafka("gateway"), TOPICS.deadLetters())) {
      for (RecordMetadata place : places) {
        ConsumerRecord<byte[], byte[]> letter =
            letters.await("the letter of " + place, r -> isFrom(r, place));
        assertThat(EventHeaders.text(letter.headers(), EventHeaders.CODE))
            .contains("malformed_request");
      }
      assertThat(letters.seen(r -> isFrom(r, places.getFirst())).getFirst().value())
          .isEqualTo(poison);
    }
  }

  @Test
  void poisonUnderAUsableKeyIsAlsoRefused() {
    pipeline.send(id, "not avro at all".getBytes(UTF_8));

    Result result = pipeline.read(pipeline.result(id));

    assertThat(result.getState()).isEqualTo("REFUSED");
    assertThat(result.getCode()).isEqualTo("malformed_request");
    assertThat(result.getRequestType()).isNull();
  }

  /// As admission over HTTP leaves it: recorded, not to be published.
  @Test
  void aRequestThatCameOverHttpFirstIsPublishedOnceACommandRepeatsIt() {
    Command command = Pipeline.sign(id, user, "hello");
    Requester caller = Requester.overHttp(CUSTODIAN, -1, null);
    AdmitRequest admitRequest = gateway.bean(AdmitRequest.class);
    CommandFields fields =
        CommandFields.none()
            .with(CommandField.REQUEST_TYPE, "sign")
            .with(CommandField.REQUEST_ID, id)
            .with(CommandField.USER_ID, user)
            .with(CommandField.MESSAGE, new CommandFields.Value.Bytes("hello".getBytes(UTF_8)));
    admitRequest.admit(
        caller, ((CheckedCommand.WellFormed) admitRequest.check(caller, fields)).request());
    SigningJob job = worker.job(id);

    pipeline.send(id, command);
    Await.until(
        "the command is seen",
        () ->
            gateway.ledger().find(Entries.key(id)).orElseThrow().request().origin()
                == Origin.KAFKA);
    worker.sign(job, 7);

    assertThat(pipeline.read(pipeline.result(id)).getState()).isEqualTo("SIGNED");
  }

  @Test
  void aFloodIsAnsweredWhole() {
    int count = 2000;
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String requestId = id + "-" + i;
      ids.add(requestId);
      var _ =
          pipeline.later(
              requestId, pipeline.bytes(Pipeline.sign(requestId, "nobody-" + user, "flood")));
    }

    // At least once: a poll that was repeated publishes again, so it is the ids that count.
    Await.until("the flood is answered", () -> ids.equals(answered()));
  }

  private Set<String> answered() {
    Set<String> answered = new HashSet<>();
    pipeline
        .resultsTail()
        .toEnd()
        .forEach(
            r ->
                TopicTail.text(r.key())
                    .filter(key -> key.startsWith(id + "-"))
                    .ifPresent(answered::add));
    return answered;
  }

  private static boolean isFrom(ConsumerRecord<byte[], byte[]> letter, RecordMetadata place) {
    return EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_TOPIC)
            .filter(place.topic()::equals)
            .isPresent()
        && EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_PARTITION)
            .filter(Integer.toString(place.partition())::equals)
            .isPresent()
        && EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_OFFSET)
            .filter(Long.toString(place.offset())::equals)
            .isPresent();
  }
}
