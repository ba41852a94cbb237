package pqsigner.events;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Topic names under one prefix. A Kafka record does not carry its writer's principal, so the
/// custodian of a command is the topic that its ACL lets it write: [#custodianOf(String)].
public record Topics(String prefix) {

  public static final String DEFAULT_PREFIX = "pq-signer.";

  /// The largest record of any topic but the dead letters, compressed or not.
  public static final int RECORD_BYTES_MAX = 256 * 1024;

  /// A dead letter is a record of the largest size and what was added to say why.
  public static final int DEAD_LETTER_BYTES_MAX = 2 * RECORD_BYTES_MAX;

  /// What a custodian may be called: a DNS label, because it is a part of topic names and
  /// certificate subjects.
  public static final Pattern CUSTODIAN = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  /// Names of our own roles and services, which no custodian may take: wherever a name stands
  /// without its role, in a log, a consumer group or a file name, it must not be mistaken for them.
  public static final Set<String> RESERVED =
      Set.of(
          "admin",
          "broker",
          "custodian",
          "delay",
          "delay-line",
          "enclave",
          "gateway",
          "operator",
          "service",
          "topics",
          "worker");

  public Topics {
    if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
      throw new IllegalArgumentException("topic prefix has characters that Kafka refuses");
    }
  }

  /// Whether a custodian may be called that.
  public static boolean isCustodian(String name) {
    return CUSTODIAN.matcher(name).matches() && !RESERVED.contains(name);
  }

  /// Prefix of the consumer groups that a custodian may use. A name has no dot, so that no
  /// custodian's prefix begins another's, or a group of the gateway or the worker.
  public static String groupPrefix(String custodian) {
    return "custodian." + custodian + ".";
  }

  public String commands(String custodian) {
    return commandsPrefix() + custodian;
  }

  /// Prefix of every commands topic; the gateway's ACL and subscription are on this.
  public String commandsPrefix() {
    return prefix + "commands.";
  }

  public String results(String custodian) {
    return resultsPrefix() + custodian;
  }

  public String resultsPrefix() {
    return prefix + "results.";
  }

  public String jobs() {
    return prefix + "jobs";
  }

  public String bulkJobs() {
    return prefix + "jobs-bulk";
  }

  public String jobs(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> jobs();
      case BULK -> bulkJobs();
    };
  }

  public String replies() {
    return prefix + "replies";
  }

  public String bulkReplies() {
    return prefix + "replies-bulk";
  }

  public String replies(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> replies();
      case BULK -> bulkReplies();
    };
  }

  /// Where the reply to a job goes, by the topic that the job was read from.
  public String repliesTo(String jobsTopic) {
    return jobsTopic.equals(bulkJobs()) ? bulkReplies() : replies();
  }

  public String retry5s() {
    return prefix + "retry-5s";
  }

  public String retry60s() {
    return prefix + "retry-60s";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /// The custodian whose commands topic this is, if it is one.
  public Optional<String> custodianOf(String commandsTopic) {
    if (!commandsTopic.startsWith(commandsPrefix())) {
      return Optional.empty();
    }
    String custodian = commandsTopic.substring(commandsPrefix().length());
    return isCustodian(custodian) ? Optional.of(custodian) : Optional.empty();
  }
}
