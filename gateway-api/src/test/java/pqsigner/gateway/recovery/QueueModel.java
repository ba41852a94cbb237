package pqsigner.gateway.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import pqsigner.gateway.recovery.QueueReading.Reach;

/// A small broker with everybody who works on it, one random step after another: jobs that are
/// produced late or never, consumers that work on and commit later, crashes between the two, lanes,
/// records that are passed over, offsets set back and forward, logs cut at their start, partitions
/// added. It knows of every job whether a record of it is still on its way.
final class QueueModel {

  /// A job is in the queues this long after its row says so, or never.
  static final Duration ALLOWANCE = Duration.ofMillis(500);

  static final String JOBS = "jobs";
  static final String LANE_1 = "lane-1";
  static final String LANE_2 = "lane-2";
  static final String REPLIES = "replies";
  static final List<String> WAY = List.of(JOBS, LANE_1, JOBS, LANE_2, JOBS, REPLIES);

  private final SplittableRandom random;
  private final Map<String, List<Log>> topics = new LinkedHashMap<>();
  private final Map<Integer, Instant> pending = new TreeMap<>();
  private final Map<Integer, Instant> unsent = new HashMap<>();
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private int jobs;

  /// @param echo read a second time because offsets were set back: what comes of it was there
  ///   before
  private record Message(int job, int attempt, boolean echo) {}

  private static final class Log {
    final List<Message> messages = new ArrayList<>();
    int start;
    int position;
    int committed;

    int passed() {
      return Math.max(start, committed);
    }
  }

  QueueModel(long seed) {
    random = new SplittableRandom(seed);
    for (String topic : List.of(JOBS, LANE_1, LANE_2, REPLIES)) {
      topics.put(topic, new ArrayList<>(List.of(new Log(), new Log())));
    }
  }

  Instant now() {
    return now;
  }

  /// Rows that have no outcome, with the time at which their job was queued.
  Map<Integer, Instant> pending() {
    return pending;
  }

  /// Jobs with a record that is still to be worked on, or on its way into the first queue.
  Set<Integer> onTheirWay() {
    Set<Integer> live = new HashSet<>(unsent.keySet());
    topics.values().stream()
        .flatMap(List::stream)
        .flatMap(log -> log.messages.subList(log.passed(), log.messages.size()).stream())
        .filter(message -> !message.echo)
        .forEach(message -> live.add(message.job));
    return live;
  }

  void step() {
    pass();
    int chance = random.nextInt(100);
    if (chance < 10) {
      accept();
    } else if (chance < 60) {
      work(anyTopic());
    } else if (chance < 93) {
      commit(anyLog());
    } else {
      trouble(chance);
    }
  }

  private void trouble(int chance) {
    switch (chance) {
      case 93, 94 -> crash(anyLog());
      case 95, 96 -> setBack(anyLog());
      case 97 -> setForward(anyLog());
      case 98 -> cut(anyLog());
      default -> addPartition();
    }
  }

  /// Everybody works and commits until nothing is left.
  void drain() {
    while (!unsent.isEmpty() || !allCommitted()) {
      pass();
      topics.keySet().forEach(this::work);
      topics.values().forEach(logs -> logs.forEach(this::commit));
    }
  }

  private boolean allCommitted() {
    return topics.values().stream()
        .flatMap(List::stream)
        .allMatch(log -> log.passed() == log.messages.size());
  }

  /// What a look sees; the world goes on between its two halves.
  QueueReading look(int stepsBetween) {
    Instant begun = now;
    Map<String, Map<Integer, Long>> passed = new HashMap<>();
    topics.forEach(
        (topic, logs) -> {
          Map<Integer, Long> of = new HashMap<>();
          for (int i = 0; i < logs.size(); i++) {
            of.put(i, (long) logs.get(i).passed());
          }
          passed.put(topic, of);
        });
    for (int i = 0; i < stepsBetween; i++) {
      step();
    }
    Map<String, Map<Integer, Reach>> seen = new HashMap<>();
    passed.forEach(
        (topic, of) -> {
          Map<Integer, Reach> reaches = new HashMap<>();
          of.forEach(
              (i, offset) -> reaches.put(i, new Reach(offset, logs(topic).get(i).messages.size())));
          seen.put(topic, reaches);
        });
    return new QueueReading(begun, seen);
  }

  private void pass() {
    now = now.plusMillis(random.nextInt(60));
    for (int job : List.copyOf(unsent.keySet())) {
      boolean late =
          !now.isBefore(Objects.requireNonNull(unsent.get(job)).plus(ALLOWANCE).minusMillis(1));
      if (late || random.nextInt(3) == 0) {
        unsent.remove(job);
        if (random.nextInt(8) != 0 && !late) {
          append(JOBS, new Message(job, 1, false));
        }
      }
    }
  }

  private void accept() {
    int job = jobs++;
    pending.put(job, now);
    unsent.put(job, now);
  }

  private void work(String topic) {
    Log log = pick(logs(topic));
    int take = 1 + random.nextInt(3);
    log.position = Math.max(log.position, log.start);
    for (int i = 0; i < take && log.position < log.messages.size(); i++) {
      work(topic, log.messages.get(log.position++));
    }
  }

  private void work(String topic, Message message) {
    switch (topic) {
      case JOBS -> {
        int luck = random.nextInt(10);
        if (luck == 0) {
          return; // nothing comes of it: a dead letter that nobody can read
        }
        boolean lane = luck < 7 && message.attempt < 3;
        append(
            !lane ? REPLIES : message.attempt == 1 ? LANE_1 : LANE_2,
            lane
                ? new Message(message.job, message.attempt + 1, message.echo)
                : new Message(message.job, message.attempt, message.echo));
      }
      case LANE_1, LANE_2 -> append(JOBS, message);
      default -> {
        if (random.nextInt(12) != 0) {
          pending.remove(message.job);
        } // else: an answer that does not count
      }
    }
  }

  private void commit(Log log) {
    log.committed = Math.max(log.position, log.start);
    log.position = log.committed;
  }

  /// What was worked on since the last commit will be worked on again.
  private void crash(Log log) {
    log.position = log.committed;
  }

  private void setBack(Log log) {
    int to = random.nextInt(log.committed + 1);
    for (int offset = to; offset < log.committed; offset++) {
      Message message = log.messages.get(offset);
      log.messages.set(offset, new Message(message.job, message.attempt, true));
    }
    log.committed = to;
    log.position = to;
  }

  private void setForward(Log log) {
    log.committed = log.messages.size();
    log.position = log.committed;
  }

  private void cut(Log log) {
    log.start += random.nextInt(log.messages.size() - log.start + 1);
  }

  private void addPartition() {
    List<Log> logs = logs(anyTopic());
    if (logs.size() < 4) {
      logs.add(new Log());
    }
  }

  private void append(String topic, Message message) {
    pick(logs(topic)).messages.add(message);
  }

  private List<Log> logs(String topic) {
    return Objects.requireNonNull(topics.get(topic));
  }

  private String anyTopic() {
    return pick(List.copyOf(topics.keySet()));
  }

  private Log anyLog() {
    return pick(logs(anyTopic()));
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
