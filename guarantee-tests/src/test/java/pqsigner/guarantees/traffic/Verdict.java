package pqsigner.guarantees.traffic;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pqsigner.client.SignatureCheck;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.ReceivedEvent;

/// Holds what came back against the guarantees, one request at a time.
public final class Verdict {
  private final Traffic traffic;
  private final Violations violations;
  private int signed;
  private int refused;
  private int expired;
  private int lost;
  private int again;

  private Verdict(Traffic traffic) {
    this.traffic = traffic;
    this.violations = traffic.violations();
  }

  /// @param jobsBefore what `letters` said before the fault
  public static Verdict of(Traffic traffic, DeadLetterWatch letters, int jobsBefore) {
    Verdict verdict = new Verdict(traffic);
    traffic.sent().values().forEach(verdict::judge);
    int jobs = letters.jobsToEnd() - jobsBefore;
    verdict.violations.unless(jobs == 0, Guarantee.OUTAGE_NEVER_FILLS_DEAD_LETTERS, jobs + " jobs");
    return verdict;
  }

  private void judge(Sent sent) {
    if (sent.overKafka() && !traffic.deliveries(sent).isEmpty() && !traffic.conflictWasTold(sent)) {
      violations.add(Guarantee.CONFLICT_REFUSED, sent.id() + ": its rival was told nothing");
      return;
    }
    if (!traffic.hasEnd(sent)) {
      lost++;
      violations.add(Guarantee.NOTHING_LOST, sent.kind() + " " + sent.id() + " has no end");
      return;
    }
    List<ReceivedEvent> deliveries = traffic.deliveries(sent);
    again += Math.max(0, deliveries.size() - 1);
    for (ReceivedEvent delivery : deliveries) {
      violations.unless(
          Arrays.equals(delivery.value(), deliveries.getFirst().value()),
          Guarantee.SAME_ID_SAME_BYTES,
          "deliveries of " + sent.id());
    }
    SignerResult outcome = one(sent, deliveries);
    switch (sent.kind()) {
      case PLAIN, TWICE, BOTH_WAYS -> signed(sent, List.of(sent.request()), outcome);
      case SHORT_DEADLINE -> inTime(sent, outcome);
      case PAST_DEADLINE -> refused(sent, "deadline_exceeded", outcome);
      case UNKNOWN_USER -> refused(sent, "unknown_user", outcome);
      case POISON -> refused(sent, "malformed_request", outcome);
      case CONFLICT -> conflict(sent, outcome);
    }
  }

  /// The one outcome, which both ways and the ledger tell alike.
  private SignerResult one(Sent sent, List<ReceivedEvent> deliveries) {
    List<SignerResult> told = new ArrayList<>();
    deliveries.stream().limit(1).map(ReceivedEvent::result).forEach(told::add);
    Stream.ofNullable(traffic.http().answers().get(sent.id())).forEach(told::add);
    SignerResult first = told.getFirst();
    if (first instanceof SignerResult.Signed) {
      for (HttpSigner gateway : traffic.gateways()) {
        told.add(gateway.state(sent.id()));
      }
    }
    violations.unless(
        told.stream().map(Verdict::essence).distinct().count() == 1,
        Guarantee.ONE_RESULT_PER_REQUEST,
        sent.id() + told.stream().map(Verdict::essence).collect(Collectors.toSet()));
    return first;
  }

  private static String essence(SignerResult outcome) {
    return outcome instanceof SignerResult.Signed signed
        ? HexFormat.of().formatHex(signed.signature()) + signed.signedAt()
        : outcome.code();
  }

  private void signed(Sent sent, List<SignerRequest> either, SignerResult outcome) {
    if (!(outcome instanceof SignerResult.Signed done)) {
      violations.add(Guarantee.NOTHING_LOST, sent.id() + " ended as " + essence(outcome));
      return;
    }
    signed++;
    violations.unless(
        either.stream().anyMatch(request -> verifies(sent, request, done.signature())),
        Guarantee.EVERY_SIGNATURE_VERIFIES,
        sent.id());
  }

  private static boolean verifies(Sent sent, SignerRequest request, byte[] signature) {
    return SignatureCheck.of(sent.requiredKey().publicKey(), request, signature).valid();
  }

  private void inTime(Sent sent, SignerResult outcome) {
    if (!(outcome instanceof SignerResult.Signed done)) {
      expired(sent, outcome);
      return;
    }
    signed(sent, List.of(sent.request()), outcome);
    Instant deadline = Instant.parse(Objects.requireNonNull(sent.request().deadline()));
    violations.unless(!done.signedAt().isAfter(deadline), Guarantee.DEADLINE_RESPECTED, sent.id());
  }

  private void expired(Sent sent, SignerResult outcome) {
    expired++;
    violations.unless(
        essence(outcome).equals("deadline_exceeded"),
        Guarantee.NOTHING_LOST,
        sent.id() + " ended as " + essence(outcome));
  }

  private void refused(Sent sent, String code, SignerResult outcome) {
    if (sent.kind() == Sent.Kind.PAST_DEADLINE) {
      expired++;
    } else {
      refused++;
    }
    violations.unless(
        essence(outcome).equals(code),
        outcome instanceof SignerResult.Signed && sent.kind() == Sent.Kind.PAST_DEADLINE
            ? Guarantee.DEADLINE_RESPECTED
            : Guarantee.ONE_RESULT_PER_REQUEST,
        sent.id() + " ended as " + essence(outcome));
  }

  /// Over Kafka the two race and either may be first; over HTTP the rival comes second.
  private void conflict(Sent sent, SignerResult outcome) {
    refused++;
    if (sent.overKafka()) {
      signed(sent, List.of(sent.request(), sent.requiredRival()), outcome);
      return;
    }
    signed(sent, List.of(sent.request()), outcome);
    SignerResult rival = traffic.http().rival(sent.id());
    violations.unless(
        rival != null && essence(rival).equals("request_id_conflict"),
        Guarantee.CONFLICT_REFUSED,
        sent.id());
  }

  public static String head() {
    String guarantees =
        Arrays.stream(Guarantee.values())
            .map(g -> " " + g.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " |")
            .collect(Collectors.joining());
    String lines = "|---|---|---|---|---|---|---|" + "---|".repeat(Guarantee.values().length);
    return "| fault | requests | signed | refused | expired | lost | delivered again |"
        + guarantees
        + "\n"
        + lines;
  }

  /// Counts, and for each guarantee how often it was broken.
  public String row(String fault) {
    String broken =
        Arrays.stream(Guarantee.values())
            .map(guarantee -> " " + violations.count(guarantee) + " |")
            .collect(Collectors.joining());
    return "| %s | %d | %d | %d | %d | %d | %d |%s"
        .formatted(fault, traffic.sent().size(), signed, refused, expired, lost, again, broken);
  }
}
