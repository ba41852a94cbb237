package pqsigner.events;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// Names of record headers: CloudEvents 1.0 in Kafka binary mode, W3C Trace Context, and ours.
///
/// None of ours is read from a custodian's record: they are set by the gateway, the worker and the
/// delay line on topics that custodians cannot write.
public final class EventHeaders {

  public static final String CE_SPECVERSION = "ce_specversion";
  public static final String CE_ID = "ce_id";
  public static final String CE_TYPE = "ce_type";
  public static final String CE_SOURCE = "ce_source";
  public static final String CE_TIME = "ce_time";
  public static final String CONTENT_TYPE = "content-type";
  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";

  /// How often a job was tried before, as a decimal number; absent means never.
  public static final String ATTEMPT = "pq-signer-attempt";

  /// RFC 3339 time at which a job was first seen by a worker.
  public static final String FIRST_SEEN = "pq-signer-first-seen";

  /// RFC 3339 time before which a lane record must not return to the jobs topic.
  public static final String NOT_BEFORE = "pq-signer-not-before";

  /// The [ErrorCode] that sent a record to a lane or to the dead letters.
  public static final String CODE = "pq-signer-code";

  /// At most 200 characters for an operator; never a stack trace.
  public static final String REASON = "pq-signer-reason";

  public static final String ORIGIN_TOPIC = "pq-signer-origin-topic";
  public static final String ORIGIN_PARTITION = "pq-signer-origin-partition";
  public static final String ORIGIN_OFFSET = "pq-signer-origin-offset";
  public static final String BUILD = "pq-signer-build";

  /// How often the request was put back to work after it had failed.
  public static final String REPLAYS = "pq-signer-replays";

  public static final String TYPE_RESULT = "pqsigner.result.v1";
  public static final String TYPE_FAILED = "pqsigner.failed.v1";
  public static final String TYPE_CONFLICT = "pqsigner.conflict.v1";
  public static final String TYPE_JOB = "pqsigner.job.v1";
  public static final String TYPE_REPLY = "pqsigner.reply.v1";

  private EventHeaders() {}

  public static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  public static void set(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
