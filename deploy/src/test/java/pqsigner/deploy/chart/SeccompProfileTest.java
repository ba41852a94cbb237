package pqsigner.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.deploy.Yaml;
import tools.jackson.databind.JsonNode;

/// The worker's profile, read by the grammar of the OCI runtime specification, which is what
/// kubelet, containerd and runc take: an element that they do not know would be dropped in silence.
class SeccompProfileTest {
  private static final JsonNode PROFILE = Yaml.file(Chart.FOLDER.resolve("seccomp/vsock.json"));

  private static final Set<String> ACTIONS = Set.of("SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO");

  /// Mount, UTS, IPC, user, PID, network, cgroup and time namespaces.
  private static final long NEW_NAMESPACES =
      0x0002_0000L
          | 0x0400_0000L
          | 0x0800_0000L
          | 0x1000_0000L
          | 0x2000_0000L
          | 0x4000_0000L
          | 0x0200_0000L;

  private record Rule(Set<String> names, String action, int errno, List<JsonNode> conditions) {
    boolean matches(String name, long argument) {
      return names.contains(name)
          && conditions.stream().allMatch(condition -> holds(condition, argument));
    }

    /// Every condition of the profile is on the first argument.
    private static boolean holds(JsonNode condition, long argument) {
      long value = condition.get("value").asLong();
      return switch (condition.get("op").asString()) {
        case "SCMP_CMP_EQ" -> argument == value;
        case "SCMP_CMP_MASKED_EQ" -> (argument & value) == condition.get("valueTwo").asLong();
        default -> throw new AssertionError("an operator this test does not know");
      };
    }
  }

  private static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode each : PROFILE.get("syscalls")) {
      Set<String> names = new TreeSet<>();
      each.get("names")
          .forEach(name -> assertThat(names.add(name.asString())).as("twice: %s", name).isTrue());
      rules.add(
          new Rule(
              names,
              each.get("action").asString(),
              each.path("errnoRet").asInt(0),
              List.copyOf(each.path("args").valueStream().toList())));
    }
    return rules;
  }

  private static boolean permits(String name, long argument) {
    return rules().stream()
        .anyMatch(rule -> rule.matches(name, argument) && rule.action.equals("SCMP_ACT_ALLOW"));
  }

  @Test
  void itIsWrittenInTheRuntimesGrammar() {
    assertThat(PROFILE.propertyNames())
        .containsExactlyInAnyOrder("defaultAction", "defaultErrnoRet", "architectures", "syscalls");
    assertThat(PROFILE.get("defaultAction").asString()).isEqualTo("SCMP_ACT_ERRNO");
    assertThat(PROFILE.get("defaultErrnoRet").asInt()).as("EPERM").isEqualTo(1);
    assertThat(PROFILE.get("architectures").valueStream().map(JsonNode::asString))
        .containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64");
    for (JsonNode each : PROFILE.get("syscalls")) {
      assertThat(Set.of("names", "action", "errnoRet", "args")).containsAll(each.propertyNames());
      assertThat(each.get("action").asString()).isIn(ACTIONS);
      each.get("names").forEach(name -> assertThat(name.asString()).matches("[a-z][a-z0-9_]+"));
      for (JsonNode argument : each.path("args")) {
        assertThat(Set.of("index", "value", "valueTwo", "op"))
            .containsAll(argument.propertyNames());
        assertThat(argument.get("index").asInt()).isZero();
        assertThat(argument.get("value").isIntegralNumber()).isTrue();
      }
    }
  }

  /// AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (for the list of interfaces) and AF_VSOCK.
  @Test
  void aSocketIsOfOneOfFiveFamiliesAndVsockIsAmongThem() {
    Set<Integer> permitted = new TreeSet<>();
    for (int family = 0; family < 64; family++) {
      if (permits("socket", family)) {
        permitted.add(family);
      }
    }
    assertThat(permitted).containsExactly(1, 2, 10, 16, 40);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acct",
        "add_key",
        "bpf",
        "chroot",
        "clock_settime",
        "delete_module",
        "finit_module",
        "init_module",
        "io_uring_enter",
        "io_uring_register",
        "io_uring_setup",
        "ioperm",
        "iopl",
        "kexec_file_load",
        "kexec_load",
        "keyctl",
        "mount",
        "mount_setattr",
        "move_mount",
        "open_by_handle_at",
        "open_tree",
        "perf_event_open",
        "pivot_root",
        "process_vm_readv",
        "process_vm_writev",
        "ptrace",
        "quotactl",
        "reboot",
        "request_key",
        "setns",
        "settimeofday",
        "swapon",
        "syslog",
        "umount2",
        "unshare",
        "userfaultfd"
      })
  void whatReachesBeyondTheContainerIsNotThere(String name) {
    assertThat(rules()).noneMatch(rule -> rule.names.contains(name));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 17, 0x003D_0F00})
  void aThreadOrProcessIsStartedAndANamespaceIsNot(long flags) {
    assertThat(permits("clone", flags)).isTrue();
    for (long flag = 1; flag <= NEW_NAMESPACES; flag <<= 1) {
      if ((NEW_NAMESPACES & flag) != 0) {
        assertThat(permits("clone", flags | flag)).as("%x", flag).isFalse();
      }
    }
  }

  /// Its flags are behind a pointer, where no filter looks; the C library then takes clone.
  @Test
  void clone3IsSaidNotToExist() {
    assertThat(rules())
        .filteredOn(rule -> rule.names.contains("clone3"))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.action).isEqualTo("SCMP_ACT_ERRNO");
              assertThat(rule.errno).as("ENOSYS").isEqualTo(38);
            });
  }

  /// What a JVM, nitro-cli and vsock-proxy cannot do without.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "accept4", "bind", "connect", "epoll_pwait", "execve", "exit_group", "futex", "getrandom",
        "ioctl", "listen", "madvise", "mmap", "mprotect", "openat", "read", "rseq",
        "rt_sigreturn", "sched_getaffinity", "set_robust_list", "write"
      })
  void whatEveryProcessNeedsIsThere(String name) {
    assertThat(permits(name, 0)).isTrue();
  }

  @Test
  void noSyscallIsPermittedTwiceWithAndWithoutACondition() {
    Map<String, List<Rule>> unconditional =
        rules().stream()
            .filter(rule -> rule.conditions.isEmpty())
            .flatMap(rule -> rule.names.stream().map(name -> Map.entry(name, rule)))
            .collect(
                java.util.stream.Collectors.groupingBy(
                    Map.Entry::getKey,
                    java.util.stream.Collectors.mapping(
                        Map.Entry::getValue, java.util.stream.Collectors.toList())));
    assertThat(unconditional.values()).allMatch(same -> same.size() == 1);
    assertThat(rules())
        .filteredOn(rule -> !rule.conditions.isEmpty())
        .allMatch(rule -> rule.names.stream().noneMatch(unconditional::containsKey));
  }
}
