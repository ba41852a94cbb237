package pqsigner.gateway.replay.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.Topics;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Rfc3339;
import pqsigner.gateway.http.BrokenRequestException;
import pqsigner.gateway.ledger.FailedFilter;

/// The fields that select jobs, in a query or a body, and their rules.
final class JobFields {

  @Nullable ErrorCode code;
  @Nullable String custodian;
  @Nullable Instant since;
  @Nullable Instant until;
  @Nullable Integer limit;
  @Nullable String cursor;
  @Nullable List<String> requestIds;
  @Nullable Instant extendDeadline;
  boolean execute;

  private final int limitMax;

  JobFields(int limitMax) {
    this.limitMax = limitMax;
  }

  /// Takes a field that is a text in both places.
  void text(String name, String value) throws BrokenRequestException {
    switch (name) {
      case "code" ->
          code =
              ErrorCode.of(value)
                  .orElseThrow(
                      () ->
                          BrokenRequestException.malformed(
                              "code must be an error code of this API"));
      case "custodian" -> custodian = custodian(value);
      case "since" -> since = time(name, value);
      case "until" -> until = time(name, value);
      case "extend_deadline" -> extendDeadline = time(name, value);
      default ->
          throw new BrokenRequestException(
              ErrorCode.UNKNOWN_FIELD, "a field of this request is not part of the contract");
    }
  }

  void limit(long value) throws BrokenRequestException {
    if (value < 1 || value > limitMax) {
      throw BrokenRequestException.malformed("limit is 1 to " + limitMax);
    }
    limit = (int) value;
  }

  void requestIds(List<String> ids) throws BrokenRequestException {
    if (ids.isEmpty() || ids.size() > limitMax) {
      throw BrokenRequestException.malformed("request_ids are 1 to " + limitMax);
    }
    for (String id : ids) {
      requestId(id);
    }
    requestIds = ids;
  }

  /// Times count in milliseconds, as they are stored; without a `since`, from 1970 on.
  FailedFilter filter() throws BrokenRequestException {
    Instant from = since == null ? Instant.EPOCH : since;
    if (until != null && from.toEpochMilli() >= until.toEpochMilli()) {
      throw BrokenRequestException.malformed("until must be after since, and after 1970");
    }
    return new FailedFilter(code, custodian, since, until);
  }

  int limitOr(int otherwise) {
    return limit == null ? Math.min(otherwise, limitMax) : limit;
  }

  static String custodian(String value) throws BrokenRequestException {
    if (!Topics.CUSTODIAN.matcher(value).matches()) {
      throw BrokenRequestException.malformed("custodian must be a custodian's name");
    }
    return value;
  }

  static String requestId(String value) throws BrokenRequestException {
    if (!CommandRules.isRequestId(value)) {
      throw BrokenRequestException.malformed(
          "request_id must be 1 to 128 visible ASCII characters");
    }
    return value;
  }

  private static Instant time(String name, String value) throws BrokenRequestException {
    return Rfc3339.parse(value)
        .orElseThrow(
            () -> BrokenRequestException.malformed(name + " must be an RFC 3339 time with offset"));
  }
}
