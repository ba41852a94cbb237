package pqsigner.gateway.replay.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningJob;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.kafka.UndecodableValueException;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestLedger;

/// Notes a dead letter at its request. A letter that is no job, as a command that could not be
/// decoded, belongs to no request and is left alone: it must not become a letter about a letter.
final class DeadLetterHandler implements RecordWorker.RecordHandler {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);

  private final AvroValues values;
  private final RequestLedger ledger;

  DeadLetterHandler(AvroValues values, RequestLedger ledger) {
    this.values = values;
    this.ledger = ledger;
  }

  /// What cannot be noted stays where it is: diverting it would send it here again, for ever.
  static void leave(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String reason) {
    log.error(
        "dead_letter.not_noted partition={} offset={} code={} reason=\"{}\"",
        record.partition(),
        record.offset(),
        code.code(),
        reason);
  }

  @Override
  public void handle(ConsumerRecord<byte[], byte[]> record) {
    SigningJob job;
    try {
      job = values.decode(record.topic(), record.value(), SigningJob.class);
    } catch (UndecodableValueException e) {
      return;
    }
    byte[] digest = new byte[job.getDigest().remaining()];
    job.getDigest().duplicate().get(digest);
    ledger.noteDeadLetter(
        new RequestKey(job.getCustodian(), job.getRequestId()), digest, letter(record));
  }

  private static DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
    Headers headers = record.headers();
    return new DeadLetter(
        record.partition(),
        record.offset(),
        text(headers, EventHeaders.CODE),
        text(headers, EventHeaders.REASON),
        (int) LetterHeaders.number(headers, EventHeaders.ATTEMPT, 0),
        LetterHeaders.time(headers, EventHeaders.FIRST_SEEN),
        text(headers, EventHeaders.BUILD));
  }

  private static @Nullable String text(Headers headers, String name) {
    return EventHeaders.text(headers, name).orElse(null);
  }
}
