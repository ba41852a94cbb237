package pqsigner.enclave.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.KeyRecord;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Request;

class PhaseTableTest {
  private static final KeyIdentity IDENTITY = new KeyIdentity("c", "u", "ML-DSA-44", 1);
  private static final List<Request> REQUESTS =
      List.of(
          new Request.Status(),
          new Request.Credentials(new byte[1], new byte[1], new byte[1], 0),
          new Request.GenerateKey(IDENTITY, "r", new byte[32], 0),
          new Request.Sign(
              new KeyRecord(IDENTITY, new byte[0], new byte[0], new byte[0]), List.of()));

  private static final Map<Phase, Set<Integer>> LEGAL =
      Map.of(
          Phase.BOOTING, Set.of(1),
          Phase.ATTESTED, Set.of(1, 2),
          Phase.SERVING, Set.of(1, 2, 3, 4),
          Phase.DRAINING, Set.of(1),
          Phase.DEAD, Set.of(1));

  @ParameterizedTest
  @EnumSource
  void eachPhaseTakesItsRequestsAndNoOthers(Phase phase) {
    for (Request request : REQUESTS) {
      assertThat(PhaseTable.allows(phase, request))
          .as("%s in %s", request, phase)
          .isEqualTo(LEGAL.getOrDefault(phase, Set.of()).contains(request.type()));
    }
  }

  @Test
  void lifeOnlyMovesForward() {
    AtomicBoolean credentials = new AtomicBoolean();
    Lifecycle lifecycle = new Lifecycle(credentials::get);
    credentials.set(true);
    assertThat(lifecycle.phase()).isEqualTo(Phase.BOOTING);
    lifecycle.attested();
    assertThat(lifecycle.phase()).isEqualTo(Phase.SERVING);
    credentials.set(false);
    assertThat(lifecycle.phase()).isEqualTo(Phase.ATTESTED);
    lifecycle.draining();
    lifecycle.attested();
    assertThat(lifecycle.phase()).isEqualTo(Phase.DRAINING);
    lifecycle.dead();
    lifecycle.draining();
    credentials.set(true);
    assertThat(lifecycle.phase()).isEqualTo(Phase.DEAD);
  }
}
