package pqsigner.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;

/// What to start, where and how.
///
/// @param directory for certificates, configuration and logs; null for a temporary one that is
///   deleted on close
/// @param custodians who gets a certificate, topics and rights
/// @param shortLived whether gateway and worker leave out the optimising compiler, which takes a
///   third of a minute-long stack's processor time and pays only in a longer life
public record LocalStackOptions(
    @Nullable Path directory,
    Set<Part> parts,
    List<String> custodians,
    Processes processes,
    Lanes lanes,
    Overrides overrides,
    boolean shortLived) {

  /// How many processes of those that scale, 1 to 8 of each.
  public record Processes(int gateways, int workers) {
    private static final int MAX = 8;

    public Processes {
      if (gateways < 1 || gateways > MAX || workers < 1 || workers > MAX) {
        throw new IllegalArgumentException("1 to " + MAX + " gateways and workers");
      }
    }
  }

  /// What the worker waits before a second attempt, and before a third.
  public record Lanes(Duration first, Duration second) {}

  /// Properties over those of the stack; the enclave's are in its measured configuration.
  public record Overrides(
      Map<String, String> gateway, Map<String, String> worker, Map<String, String> enclave) {
    public Overrides {
      gateway = Map.copyOf(gateway);
      worker = Map.copyOf(worker);
      enclave = Map.copyOf(enclave);
    }
  }

  public LocalStackOptions {
    parts = Set.copyOf(parts);
    custodians = List.copyOf(custodians);
    if (custodians.isEmpty()) {
      throw new IllegalArgumentException("no custodian");
    }
    for (String custodian : custodians) {
      if (!Topics.isCustodian(custodian)) {
        throw new IllegalArgumentException("not a custodian's name: " + custodian);
      }
    }
  }

  /// Everything, once, for two custodians, in a temporary folder.
  public static LocalStackOptions defaults() {
    return new LocalStackOptions(
        null,
        EnumSet.allOf(Part.class),
        List.of("custodian-a", "custodian-b"),
        new Processes(1, 1),
        new Lanes(Duration.ofSeconds(5), Duration.ofMinutes(1)),
        new Overrides(Map.of(), Map.of(), Map.of()),
        false);
  }

  /// The defaults, for a person at a laptop: with every part on it, it answers late where
  /// production does not, and a lane would hide that.
  public static LocalStackOptions onALaptop() {
    return defaults().workerProperty("pq-signer.batch.deadline", "3s");
  }

  public LocalStackOptions forAMinute() {
    return new LocalStackOptions(directory, parts, custodians, processes, lanes, overrides, true);
  }

  public LocalStackOptions in(Path where) {
    return new LocalStackOptions(where, parts, custodians, processes, lanes, overrides, shortLived);
  }

  public LocalStackOptions only(Part first, Part... others) {
    return new LocalStackOptions(
        directory, EnumSet.of(first, others), custodians, processes, lanes, overrides, shortLived);
  }

  public LocalStackOptions custodians(String... names) {
    return new LocalStackOptions(
        directory, parts, List.of(names), processes, lanes, overrides, shortLived);
  }

  public LocalStackOptions processes(int gateways, int workers) {
    return new LocalStackOptions(
        directory,
        parts,
        custodians,
        new Processes(gateways, workers),
        lanes,
        overrides,
        shortLived);
  }

  public LocalStackOptions lanes(Duration first, Duration second) {
    return new LocalStackOptions(
        directory, parts, custodians, processes, new Lanes(first, second), overrides, shortLived);
  }

  public LocalStackOptions gatewayProperty(String name, String value) {
    return overriding(
        new Overrides(with(overrides.gateway, name, value), overrides.worker, overrides.enclave));
  }

  public LocalStackOptions workerProperty(String name, String value) {
    return overriding(
        new Overrides(overrides.gateway, with(overrides.worker, name, value), overrides.enclave));
  }

  public LocalStackOptions enclaveProperty(String name, String value) {
    return overriding(
        new Overrides(overrides.gateway, overrides.worker, with(overrides.enclave, name, value)));
  }

  private LocalStackOptions overriding(Overrides newOverrides) {
    return new LocalStackOptions(
        directory, parts, custodians, processes, lanes, newOverrides, shortLived);
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> copy = new HashMap<>(map);
    copy.put(name, value);
    return copy;
  }
}
