package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.keys.KeyPage;
import pqsigner.gateway.keys.KeyState;
import pqsigner.gateway.keys.RegisteredKey;

/// What ledger and registry do together about the versions of a key, wherever they are kept.
abstract class KeyVersionsContract extends RequestLedgerSweeps {

  private String user;

  @BeforeEach
  void firstVersion() {
    user = "rotated-" + id;
    ledger().accept(Entries.generate(id + "-1", user));
    ledger().completeGeneration(key(id + "-1"), digest("generate " + user), Entries.key(user, 1));
  }

  private Completion rotate(String requestId, int version) {
    ledger().accept(Entries.rotate(requestId, user, version));
    return ledger()
        .completeGeneration(
            key(requestId), digest("rotate " + user), Entries.version(user, version));
  }

  private RegisteredKey current() {
    return keys().current(CUSTODIAN, user).orElseThrow();
  }

  private KeyState enable(int version, boolean enabled) {
    return keys().enable(CUSTODIAN, user, version, enabled).orElseThrow().state();
  }

  @Test
  void aRotationAddsAVersionAndKeepsTheOthers() {
    assertThat(rotate(id + "-2", 2))
        .isInstanceOfSatisfying(
            Completion.Recorded.class,
            recorded -> {
              assertThat(recorded.entry().state()).isEqualTo(RequestState.GENERATED);
              assertThat(recorded.entry().request().type()).isEqualTo(RequestType.KEY_ROTATION);
            });

    assertThat(keys().versions(CUSTODIAN, user).stream().map(RegisteredKey::version))
        .containsExactly(1, 2);
    assertThat(current()).usingRecursiveComparison().isEqualTo(Entries.version(user, 2));
    assertThat(keys().find(CUSTODIAN, user, 1).orElseThrow().publicKey())
        .isEqualTo(Entries.key(user, 1).publicKey());
    assertThat(keys().find(CUSTODIAN, user, 3)).isEmpty();
  }

  @Test
  void ofTwoRotationsToOneVersionTheSecondIsAConflict() {
    rotate(id + "-2", 2);

    assertThat(rotate(id + "-other", 2))
        .isInstanceOfSatisfying(
            Completion.Recorded.class,
            recorded ->
                assertThat(Objects.requireNonNull(recorded.entry().outcome()).code())
                    .isEqualTo(ErrorCode.KEY_ROTATION_CONFLICT));
    assertThat(keys().versions(CUSTODIAN, user)).hasSize(2);
  }

  @Test
  void theNewestEnabledVersionSignsAndIfNoneIsTheNewestTellsSo() {
    rotate(id + "-2", 2);

    enable(2, false);
    assertThat(current().version()).isEqualTo(1);
    assertThat(keys().newest(CUSTODIAN, user).orElseThrow().version()).isEqualTo(2);
    enable(1, false);
    assertThat(current().version()).isEqualTo(2);
    assertThat(current().state().enabled()).isFalse();
    enable(1, true);
    assertThat(current().version()).isEqualTo(1);
  }

  @Test
  void eachChangeOfStateIsAnEpochAndARepetitionIsNone() {
    assertThat(current().state()).isEqualTo(new KeyState(true, 0));
    assertThat(enable(1, true)).isEqualTo(new KeyState(true, 0));
    assertThat(enable(1, false)).isEqualTo(new KeyState(false, 1));
    assertThat(enable(1, false)).isEqualTo(new KeyState(false, 1));
    assertThat(enable(1, true)).isEqualTo(new KeyState(true, 2));
    assertThat(keys().find(CUSTODIAN, user, 1).orElseThrow().state())
        .isEqualTo(new KeyState(true, 2));
  }

  /// Eventually: the index of a table is not the table.
  @Test
  void aCustodiansKeysAreListedPageByPageEachOnce() {
    rotate(id + "-2", 2);
    enable(1, false);

    assertThat(listed(KeyPage.Filter.ANY)).contains(user + " 1", user + " 2");
    assertThat(listed(new KeyPage.Filter(null, true))).contains(user + " 2");
    assertThat(listed(new KeyPage.Filter(null, true))).doesNotContain(user + " 1");
    assertThat(listed(new KeyPage.Filter(Algorithm.ML_DSA_44, null)))
        .doesNotContain(user + " 1", user + " 2");
    assertThat(keys().list("custodian-b", KeyPage.Filter.ANY, null, 10).keys()).isEmpty();
    for (String cursor : new String[] {"", "x", "%", "MSA", "MCBh", "MSBh="}) {
      assertThatThrownBy(() -> keys().list(CUSTODIAN, KeyPage.Filter.ANY, cursor, 10))
          .isInstanceOf(InvalidCursorException.class);
    }
  }

  private List<String> listed(KeyPage.Filter filter) {
    List<String> all = new ArrayList<>();
    String cursor = null;
    do {
      KeyPage page = keys().list(CUSTODIAN, filter, cursor, 1);
      assertThat(page.keys().size()).isLessThanOrEqualTo(1);
      page.keys().forEach(key -> all.add(key.userId() + " " + key.version()));
      cursor = page.next();
    } while (cursor != null);
    assertThat(all).doesNotHaveDuplicates();
    return all;
  }

  @Test
  void aStateIsNobodyElsesToChange() {
    assertThat(keys().enable("custodian-b", user, 1, false)).isEmpty();
    assertThat(keys().enable(CUSTODIAN, user, 2, false)).isEmpty();
    assertThat(keys().enable(CUSTODIAN, "nobody", 1, false)).isEmpty();

    assertThat(current().state().enabled()).isTrue();
    rotate(id + "-2", 2);
    assertThat(current().state()).as("not disabled before it was made").isEqualTo(KeyState.BORN);
  }
}
