package pqsigner.gateway.admission.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.Admission;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.Asker;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.admission.WellFormedRequest;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.fairness.RefusedCommands;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.kafka.UndecodableValueException;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RefusedCommand;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.log.LogContext;
import pqsigner.gateway.log.RequestLog;
import pqsigner.gateway.results.KafkaResultPublisher;
import pqsigner.gateway.results.ResultRecords;
import pqsigner.gateway.waiting.ReplyAddress;

/// Does with one command what the package says. Every step may be repeated, in any order and by any
/// gateway.
final class CommandHandler implements RecordWorker.RecordHandler {

  private final Topics topics;
  private final AvroValues values;
  private final AdmitRequest admitRequest;
  private final RequestLedger ledger;
  private final InFlight inFlight;
  private final RefusedCommands refused;
  private final ReplyAddress replyAddress;
  private final KafkaResultPublisher results;
  private final DeadLetters deadLetters;
  private final InstantSource clock;
  private final MeterRegistry registry;

  /// What commands need from Kafka.
  record Wire(
      Topics topics, AvroValues values, KafkaResultPublisher results, DeadLetters deadLetters) {}

  /// Which gateway counts a command, and how its reply finds that gateway.
  record Counting(InFlight inFlight, RefusedCommands refused, ReplyAddress replyAddress) {}

  CommandHandler(
      Wire wire,
      Counting counting,
      AdmitRequest admitRequest,
      RequestLedger ledger,
      InstantSource clock,
      MeterRegistry registry) {
    this.topics = wire.topics();
    this.values = wire.values();
    this.results = wire.results();
    this.deadLetters = wire.deadLetters();
    this.inFlight = counting.inFlight();
    this.refused = counting.refused();
    this.replyAddress = counting.replyAddress();
    this.admitRequest = admitRequest;
    this.ledger = ledger;
    this.clock = clock;
    this.registry = registry;
  }

  @Override
  public void handle(ConsumerRecord<byte[], byte[]> record) throws UndecodableValueException {
    String custodian =
        topics
            .custodianOf(record.topic())
            .orElseThrow(
                () ->
                    new UndecodableValueException(
                        ErrorCode.MALFORMED_REQUEST, "the topic names no custodian"));
    try (var _ = LogContext.of(custodian, null)) {
      handle(custodian, record);
    }
  }

  private void handle(String custodian, ConsumerRecord<byte[], byte[]> record) {
    Command command;
    try {
      command = values.decode(record.topic(), record.value(), Command.class);
    } catch (UndecodableValueException e) {
      impossible(custodian, record, new Refusal(e.code(), e.reason()));
      return;
    }
    switch (CommandRecordReader.read(command, record)) {
      case CommandRecordReader.Reading.Ambiguous(Refusal refusal, CommandFields fields) ->
          malformed(custodian, record, refusal, fields);
      case CommandRecordReader.Reading.Addressed(CommandFields fields) -> {
        switch (admitRequest.check(fields)) {
          case CheckedCommand.Malformed(Refusal refusal, _) ->
              malformed(custodian, record, refusal, fields);
          case CheckedCommand.WellFormed(WellFormedRequest request) -> {
            try (var _ = LogContext.of(custodian, request.requestId())) {
              admit(custodian, record, request);
            }
          }
        }
      }
    }
  }

  private void admit(
      String custodian, ConsumerRecord<byte[], byte[]> record, WellFormedRequest request) {
    String traceparent = CommandRecordReader.traceparent(record);
    int partition = replyAddress.ownedPartition(Priority.BULK);
    Asker asker = new Asker(custodian, Origin.KAFKA, partition, traceparent, writtenAt(record));
    switch (counted(asker, request)) {
      case Admission.Accepted(LedgerEntry entry, Admission.Way way) -> {
        count(
            switch (way) {
              case FRESH -> "accepted";
              case REOPENED -> "reopened";
              case REPEATED -> "pending";
            });
        publishWhenDecided(entry);
      }
      case Admission.Failed(LedgerEntry entry) -> {
        count("failed");
        publishWhenDecided(entry);
      }
      case Admission.Finished(LedgerEntry entry) -> {
        count("finished");
        results.publish(entry);
      }
      case Admission.Conflict() -> conflict(custodian, record, request.requestId(), request.type());
      case Admission.Refused(Refusal refusal, byte[] digest) ->
          refuse(
              record,
              new RefusedCommand(
                  custodian,
                  request.requestId(),
                  digest,
                  request.type(),
                  request.userId().isEmpty() ? null : request.userId(),
                  request.algorithm(),
                  request.deadline(),
                  traceparent,
                  outcome(refusal)));
    }
  }

  /// A command whose fate is unknown, because the ledger did not answer, keeps its place until it
  /// is looked up.
  private Admission counted(Asker asker, WellFormedRequest request) {
    InFlight.Entry entry = inFlight.admit(asker.custodian(), Priority.BULK, request.requestId());
    Admission admission = admitRequest.admit(asker, request);
    if (entry == InFlight.Entry.TAKEN && !(admission instanceof Admission.Accepted)) {
      inFlight.leave(asker.custodian(), request.requestId());
    }
    return admission;
  }

  /// A request that came over HTTP first was not going to be published; now it is, be it decided in
  /// the meantime or not. One that failed says so again.
  private void publishWhenDecided(LedgerEntry entry) {
    LedgerEntry asked =
        entry.origin() == Origin.HTTP
            ? ledger.askedOverKafka(entry.custodian(), entry.requestId()).orElse(entry)
            : entry;
    if (asked.outcome() != null) {
      results.publish(asked);
    }
  }

  /// Breaks a rule of the contract. The digest is of the bytes, because there is no request to take
  /// one of.
  private void malformed(
      String custodian,
      ConsumerRecord<byte[], byte[]> record,
      Refusal refusal,
      CommandFields fields) {
    String requestId = fields.requestId().given().filter(CommandRules::isRequestId).orElse(null);
    if (requestId == null) {
      impossible(custodian, record, refusal);
      return;
    }
    refuse(
        record,
        new RefusedCommand(
            custodian,
            requestId,
            CommandRecordReader.sha256(record.value()),
            fields.requestType().given().flatMap(RequestType::of).orElse(null),
            fields.userId().given().filter(CommandRules::isUserId).orElse(null),
            fields.alg().given().flatMap(Algorithm::of).orElse(null),
            null,
            CommandRecordReader.traceparent(record),
            outcome(refusal)));
  }

  /// Kept for an operator as it came; answered if at least its key names a request.
  private void impossible(
      String custodian, ConsumerRecord<byte[], byte[]> record, Refusal refusal) {
    count("diverted");
    refused.charge(custodian);
    deadLetters.divert(record, refusal.code(), refusal.detail());
    CommandRecordReader.idFromKey(record)
        .ifPresent(
            requestId ->
                refuse(
                    record,
                    new RefusedCommand(
                        custodian,
                        requestId,
                        CommandRecordReader.sha256(record.value()),
                        null,
                        null,
                        null,
                        null,
                        CommandRecordReader.traceparent(record),
                        outcome(refusal))));
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, RefusedCommand command) {
    refused.charge(command.custodian());
    switch (ledger.refuse(command)) {
      case Acceptance.Fresh(LedgerEntry entry) -> {
        count("refused");
        results.publish(entry);
        RequestLog.released(
            command.custodian(), command.requestId(), entry.state().name(), code(command));
      }
      case Acceptance.Known(LedgerEntry entry) when entry.finished() -> {
        count("finished");
        results.publish(entry);
      }
      case Acceptance.Known(LedgerEntry entry) -> {
        count("pending");
        publishWhenDecided(entry);
      }
      case Acceptance.Conflict() ->
          conflict(command.custodian(), record, command.requestId(), command.type());
    }
  }

  private void conflict(
      String custodian,
      ConsumerRecord<byte[], byte[]> record,
      String requestId,
      @Nullable RequestType type) {
    count("conflict");
    refused.charge(custodian);
    results.publishConflict(
        custodian,
        ResultRecords.conflict(
            requestId,
            type == null ? null : type.label(),
            record.partition(),
            record.offset(),
            writtenAt(record)),
        CommandRecordReader.traceparent(record));
  }

  /// The record's timestamp: the custodian's word, or the broker's where the topic has its own.
  private static Instant writtenAt(ConsumerRecord<byte[], byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp());
  }

  private Outcome outcome(Refusal refusal) {
    Instant now = clock.instant();
    return refusal.code() == ErrorCode.DEADLINE_EXCEEDED
        ? new Outcome.Expired(now)
        : new Outcome.Refused(refusal.code(), refusal.detail(), now);
  }

  private static String code(RefusedCommand command) {
    return command.outcome() instanceof Outcome.Refused(ErrorCode code, _, _)
        ? code.code()
        : ErrorCode.DEADLINE_EXCEEDED.code();
  }

  private void count(String outcome) {
    Counter.builder("pq.signer.gateway.commands")
        .description("Commands from Kafka by what became of them at the door")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }
}
