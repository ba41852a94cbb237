package pqsigner.events;

import java.util.Optional;
import java.util.regex.Pattern;

/// Topic names under one prefix. A Kafka record does not carry its writer's principal, so the
/// custodian of a command is the topic that its ACL lets it write: [#custodianOf(String)].
public record Topics(String prefix) {

  public static final String DEFAULT_PREFIX = "pq-signer.";

  /// What a custodian may be called: a DNS label, because it is a part of topic names and
  /// certificate subjects.
  public static final Pattern CUSTODIAN = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  public Topics {
    if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
      throw new IllegalArgumentException("topic prefix has characters that Kafka refuses");
    }
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
    return CUSTODIAN.matcher(custodian).matches() ? Optional.of(custodian) : Optional.empty();
  }
}
