package pqsigner.gateway.http.connections;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.http.connections.Connections.Cut;
import pqsigner.gateway.http.connections.Connections.Entry;

/// Who is cut for whom, without a socket.
class ConnectionsTest {

  private static final Source ATTACKER = new Source("attacker");
  private static final Source HONEST = new Source("honest");

  private int share = 3;
  private long now;
  private final Connections<String> connections =
      new Connections<>(
          new ConnectionSettings(
              Duration.ofSeconds(2), 4, 3, 6, Duration.ofSeconds(10), Duration.ofMinutes(2)),
          _ -> share,
          () -> now);

  @Test
  void theOldestHandshakeOfASourceThatHasTooManyIsCut() {
    accept("a", ATTACKER);
    accept("b", ATTACKER);
    accept("c", ATTACKER);
    assertThat(connections.accepted("d", ATTACKER)).contains("a");
    assertThat(connections.handshakingOfOneSource()).isEqualTo(3);
    assertThat(connections.cuts(Cut.HANDSHAKES_FULL)).isEqualTo(1);
  }

  /// Behind a load balancer all have one address: whoever finishes is out of reach of the flood.
  @Test
  void anHonestHandshakeAmongAFloodOfItsOwnSourceFinishes() {
    accept("a", ATTACKER);
    accept("b", ATTACKER);
    accept("honest", ATTACKER);
    assertThat(connections.accepted("c", ATTACKER)).contains("a");
    assertThat(connections.accepted("d", ATTACKER)).contains("b");
    assertThat(connections.authenticated("honest", "custodian-a")).isEqualTo(admitted());
    assertThat(connections.accepted("e", ATTACKER)).isEmpty();
    assertThat(connections.accepted("f", ATTACKER)).contains("c");
    assertThat(connections.works("honest")).isTrue();
  }

  @Test
  void theOldestHandshakeOfAllIsCutWhenThereAreTooManyOfAll() {
    accept("a", ATTACKER);
    accept("b", ATTACKER);
    accept("c", HONEST);
    accept("d", HONEST);
    assertThat(connections.accepted("e", HONEST)).contains("a");
  }

  @Test
  void whoHoldsMoreThanALoweredShareLosesWhatIsIdleOldestFirst() {
    for (String each : new String[] {"a", "b", "c"}) {
      accept(each, HONEST);
      connections.authenticated(each, "custodian-a");
    }
    connections.works("a");
    assertThat(connections.late()).isEmpty();

    share = 1;

    assertThat(connections.late()).containsExactlyInAnyOrder("b", "c");
    assertThat(connections.size("custodian-a")).as("what works is let finish").isEqualTo(1);
    assertThat(connections.late()).isEmpty();
    assertThat(connections.cuts(Cut.SHARE_FULL)).isEqualTo(2);
  }

  @Test
  void aHandshakeIsLateByItsAcceptance() {
    accept("a", ATTACKER);
    now += Duration.ofSeconds(2).toNanos();
    accept("b", ATTACKER);
    assertThat(connections.late()).isEmpty();
    now += 1;
    assertThat(connections.late()).containsExactly("a");
    assertThat(connections.late()).isEmpty();
    assertThat(connections.handshaking()).isEqualTo(1);
    assertThat(connections.cuts(Cut.HANDSHAKE_LATE)).isEqualTo(1);
  }

  @Test
  void whatWasCutAsItFinishedIsRefused() {
    accept("a", ATTACKER);
    now += Duration.ofSeconds(3).toNanos();
    assertThat(connections.late()).containsExactly("a");
    assertThat(connections.authenticated("a", "custodian-a")).isEqualTo(new Entry.Refused<>());
    assertThat(connections.works("a")).isFalse();
  }

  @Test
  void aHolderThatHasTooManyLosesTheOneThatIsIdleLongest() {
    hold("a", "custodian-a");
    hold("b", "custodian-a");
    hold("c", "custodian-a");
    connections.works("a");
    connections.idles("a");
    connections.works("b");
    assertThat(enter("d", "custodian-a")).isEqualTo(admittedFor("c"));
    assertThat(connections.works("c")).as("cut").isFalse();
    assertThat(connections.size("custodian-a")).isEqualTo(3);
  }

  @Test
  void aHolderWhoseConnectionsAreAllAtWorkGetsNoMoreAndAnotherDoes() {
    for (String each : new String[] {"a", "b", "c"}) {
      hold(each, "custodian-a");
      connections.works(each);
    }
    assertThat(enter("d", "custodian-a")).isEqualTo(new Entry.Refused<>());
    assertThat(enter("e", "custodian-b")).isEqualTo(admitted());
    assertThat(connections.cuts(Cut.SHARE_FULL)).isEqualTo(1);
  }

  @Test
  void whoHoldsMostMakesRoomWhenAllTogetherHoldTooMuch() {
    for (String each : new String[] {"a1", "a2", "a3"}) {
      hold(each, "custodian-a");
      connections.works(each);
    }
    hold("b1", "custodian-b");
    hold("b2", "custodian-b");
    hold("c1", "custodian-c");
    assertThat(enter("d1", "custodian-d")).as("even at work").isEqualTo(admittedFor("a1"));
    assertThat(connections.authenticated()).isEqualTo(6);
  }

  @Test
  void whoHoldsMostMakesRoomWithAnIdleOneFirst() {
    for (String each : new String[] {"a1", "a2", "a3"}) {
      hold(each, "custodian-a");
      connections.works(each);
    }
    connections.idles("a3");
    hold("b1", "custodian-b");
    hold("b2", "custodian-b");
    hold("c1", "custodian-c");
    assertThat(enter("d1", "custodian-d")).isEqualTo(admittedFor("a3"));
  }

  @Test
  void aHeadIsLateHoweverItDrips() {
    hold("a", "custodian-a");
    for (int i = 0; i < 10; i++) {
      connections.works("a");
      connections.readsHead("a");
      now += Duration.ofSeconds(1).toNanos();
    }
    assertThat(connections.late()).isEmpty();
    now += 1;
    assertThat(connections.late()).containsExactly("a");
    assertThat(connections.cuts(Cut.HEAD_LATE)).isEqualTo(1);
  }

  @Test
  void aRequestIsLateAndAnIdleConnectionIsNot() {
    hold("a", "custodian-a");
    hold("b", "custodian-a");
    connections.works("a");
    connections.works("b");
    connections.idles("b");
    now += Duration.ofMinutes(2).toNanos() + 1;
    assertThat(connections.late()).containsExactly("a");
    assertThat(connections.cuts(Cut.REQUEST_LATE)).isEqualTo(1);
  }

  @Test
  void whatIsClosedIsForgotten() {
    accept("a", ATTACKER);
    hold("b", "custodian-a");
    connections.closed("a");
    connections.closed("b");
    connections.closed("b");
    assertThat(connections.handshaking()).isZero();
    assertThat(connections.handshakingOfOneSource()).isZero();
    assertThat(connections.authenticated()).isZero();
    assertThat(connections.size("custodian-a")).isZero();
  }

  @Test
  void anIpv6NetworkIsOneSource() throws Exception {
    Source first = Source.of(InetAddress.getByName("2001:db8:0:1::1"));
    assertThat(Source.of(InetAddress.getByName("2001:db8:0:1:ffff::2"))).isEqualTo(first);
    assertThat(Source.of(InetAddress.getByName("2001:db8:0:2::1"))).isNotEqualTo(first);
    assertThat(Source.of(InetAddress.getByName("192.0.2.1")))
        .isNotEqualTo(Source.of(InetAddress.getByName("192.0.2.2")));
  }

  private void accept(String connection, Source source) {
    assertThat(connections.accepted(connection, source)).isEmpty();
  }

  private Entry<String> enter(String connection, String holder) {
    accept(connection, HONEST);
    return connections.authenticated(connection, holder);
  }

  private void hold(String connection, String holder) {
    assertThat(enter(connection, holder)).isEqualTo(admitted());
  }

  private static Entry<String> admitted() {
    return new Entry.Admitted<>(Optional.empty());
  }

  private static Entry<String> admittedFor(String cut) {
    return new Entry.Admitted<>(Optional.of(cut));
  }
}
