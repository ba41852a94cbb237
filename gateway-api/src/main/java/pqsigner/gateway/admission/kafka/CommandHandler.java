package pqsigner.gateway.admission.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.Admission;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Refusal;
import pqsigner.gateway.admission.Requester;
import pqsigner.gateway.custodian.CustodianRules;
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
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.log.LogContext;
import pqsigner.gateway.log.RequestLog;
import pqsigner.gateway.results.ResultRecords;
import pqsigner.gateway.results.kafka.KafkaResultPublisher;
import pqsigner.gateway.waiting.ReplyAddress;

/// Does with one command what the package says. Every step may be repeated, in any order and by any
/// gateway.
final class CommandHandler implements RecordWorker.RecordHandler {

  private final Topics topics;
  private final AvroValues values;
  private final CustodianRules rules;
  private final AdmitRequest admitRequest;
  private final RequestLedger ledger;
  private final InFlight inFlight;
  private final RefusedCommands refused;
  private final ReplyAddress replyAddress;
  private final KafkaResultPublisher results;
  private final DeadLetters deadLetters;
  private final InstantSource clock;
  private final MeterRegistry registry;

  CommandHandler(
      Topics topics,
      AvroValues values,
      CustodianRules rules,
      AdmitRequest admitRequest,
      RequestLedger ledger,
      InFlight inFlight,
      RefusedCommands refused,
      ReplyAddress replyAddress,
      KafkaResultPublisher results,
      DeadLetters deadLetters,
      InstantSource clock,
      MeterRegistry registry) {
    this.topics = topics;
    this.values = values;
    this.rules = rules;
    this.admitRequest = admitRequest;
    this.ledger = ledger;
    this.inFlight = inFlight;
    this.refused = refused;
    this.replyAddress = replyAddress;
    this.results = results;
    this.deadLetters = deadLetters;
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
    if (!rules.isRegistered(custodian)) {
      refused.charge(custodian);
      throw new UndecodableValueException(
          ErrorCode.FORBIDDEN, "the custodian of this topic is not registered");
    }
    try (var _ = LogContext.of(custodian, null)) {
      handle(custodian, record);
    }
  }

  private void handle(String custodian, ConsumerRecord<byte[], byte[]> record) {
    Requester requester =
        Requester.overKafka(
            custodian,
            replyAddress.ownedPartition(Priority.BULK),
            CommandRecordReader.traceparent(record),
            writtenAt(record));
    CommandFields fields;
    try {
      Command command = values.decode(record.topic(), record.value(), Command.class);
      fields = CommandRecordReader.read(command, record);
    } catch (UndecodableValueException e) {
      unaddressed(requester, record, new Refusal(e.code(), e.reason()));
      return;
    }
    switch (admitRequest.check(requester, fields)) {
      case CheckedCommand.Malformed(Refusal refusal, String requestId) when requestId == null ->
          unaddressed(requester, record, refusal);
      case CheckedCommand.Malformed(Refusal refusal, String requestId) ->
          refuse(record, malformed(requester, requestId, fields, record), refusal);
      case CheckedCommand.WellFormed(Request request) -> {
        try (var _ = LogContext.of(custodian, request.requestId())) {
          admit(requester, record, request);
        }
      }
    }
  }

  private void admit(Requester requester, ConsumerRecord<byte[], byte[]> record, Request request) {
    switch (counted(requester, request)) {
      case Admission.Accepted(LedgerEntry entry, Admission.How how) -> {
        count(
            switch (how) {
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
      case Admission.Conflict() -> conflict(record, request);
      case Admission.Refused(Refusal refusal) -> refuse(record, request, refusal);
    }
  }

  /// A command whose fate is unknown, because the ledger did not answer, keeps its place until it
  /// is looked up.
  private Admission counted(Requester requester, Request request) {
    InFlight.Entry entry = inFlight.admit(request.key(), Priority.BULK);
    Admission admission = admitRequest.admit(requester, request);
    if (entry == InFlight.Entry.TAKEN && !(admission instanceof Admission.Accepted)) {
      inFlight.leave(request.key());
    }
    return admission;
  }

  /// A request that came over HTTP first was not going to be published; now it is, be it decided in
  /// the meantime or not. One that failed says so again.
  private void publishWhenDecided(LedgerEntry entry) {
    LedgerEntry asked =
        entry.request().origin() == Origin.HTTP
            ? ledger.askedOverKafka(entry.key()).orElse(entry)
            : entry;
    if (asked.outcome() != null) {
      results.publish(asked);
    }
  }

  /// Kept for an operator as it came; answered if at least its key names a request.
  private void unaddressed(
      Requester requester, ConsumerRecord<byte[], byte[]> record, Refusal refusal) {
    count("diverted");
    refused.charge(requester.custodian());
    deadLetters.divert(record, refusal.code(), refusal.detail());
    CommandRecordReader.idFromKey(record)
        .map(requestId -> malformed(requester, requestId, CommandFields.none(), record))
        .ifPresent(request -> refuse(record, request, refusal));
  }

  private Request malformed(
      Requester requester,
      String requestId,
      CommandFields fields,
      ConsumerRecord<byte[], byte[]> record) {
    byte[] digest = CommandRecordReader.sha256(record.value());
    return CommandRules.malformed(requester, requestId, fields, digest, clock.instant());
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, Request request, Refusal refusal) {
    refused.charge(request.custodian());
    switch (ledger.refuse(request, outcome(refusal))) {
      case Acceptance.Fresh(LedgerEntry entry) -> {
        count("refused");
        results.publish(entry);
        RequestLog.released(
            request.custodian(), request.requestId(), entry.state().name(), refusal.code().code());
      }
      case Acceptance.Known(LedgerEntry entry) when entry.finished() -> {
        count("finished");
        results.publish(entry);
      }
      case Acceptance.Known(LedgerEntry entry) -> {
        count("pending");
        publishWhenDecided(entry);
      }
      case Acceptance.Conflict() -> conflict(record, request);
    }
  }

  private void conflict(ConsumerRecord<byte[], byte[]> record, Request request) {
    count("conflict");
    refused.charge(request.custodian());
    results.publishConflict(
        request.custodian(),
        ResultRecords.conflict(
            request.requestId(),
            request.type() == null ? null : request.type().label(),
            record.partition(),
            record.offset(),
            writtenAt(record)),
        request.traceparent());
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

  private void count(String outcome) {
    Counter.builder("pq.signer.gateway.commands")
        .description("Commands from Kafka, by what admission decided")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }
}
