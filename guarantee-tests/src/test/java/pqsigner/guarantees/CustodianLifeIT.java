package pqsigner.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.client.Signer;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.guarantees.stack.CommandLineRun;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;

/// A custodian is taken on, limited, cut off and removed while the stack runs, by the command line
/// alone.
@ExtendWith(SharedStack.class)
final class CustodianLifeIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final byte[] MESSAGE = "hello".getBytes(UTF_8);
  private static final String NAME = "custodian-c";

  private final Stack stack;

  @TempDir private Path folder;

  CustodianLifeIT(Stack stack) {
    this.stack = stack;
  }

  private String custodian(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("custodian"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--dir", stack.local().directory().toString()));
    CommandLineRun run =
        CommandLineRun.of(folder, LIMIT, Map.of(), new byte[0], all.toArray(String[]::new));
    assertThat(run.exit()).as(run.toString()).isZero();
    return run.out();
  }

  @Test
  void aCustodianHasALife() throws Exception {
    assertThat(custodian("add", NAME)).startsWith("added").contains("3 rights", NAME + ".crt");
    assertThat(custodian("add", NAME)).startsWith("already registered").contains("3 rights");

    Key key = stack.newKey(NAME, "ML-DSA-44");
    signs(key.userId());

    custodian("limit", NAME, "--alg", "ML-DSA-65");
    assertThat(code(key.userId())).isEqualTo("forbidden");
    custodian("limit", NAME, "--alg", "default", "--limit", "burst=100");
    assertThat(custodian("list")).contains(NAME + "  limits {\"burst\":100}");
    signs(key.userId());

    assertThat(custodian("disable", NAME)).contains("3 rights at the brokers taken away");
    assertThat(code(key.userId())).isEqualTo("forbidden");
    assertThat(stack.http(NAME).get("/v1/pq-signer/keys/" + key.userId()).status()).isEqualTo(403);

    assertThat(custodian("enable", NAME)).contains("3 rights at the brokers");
    signs(key.userId());

    assertThat(custodian("remove", NAME, "--delete-topics")).contains("topics deleted");
    assertThat(code(key.userId())).isEqualTo("forbidden");
    assertThat(custodian("remove", NAME)).startsWith("removed");
    assertThat(custodian("list")).doesNotContain(NAME);
  }

  private void signs(String userId) {
    try (HttpSigner http = stack.signer(NAME);
        KafkaSigner kafka = stack.kafka(NAME)) {
      for (Signer signer : new Signer[] {http, kafka}) {
        signer.submit(SignerRequest.sign(userId, MESSAGE), Stack.PATIENCE).requireSigned();
      }
    }
  }

  private String code(String userId) {
    try (HttpSigner http = stack.signer(NAME)) {
      SignerResult result = http.submit(SignerRequest.sign(userId, MESSAGE), Stack.PATIENCE);
      return ((SignerResult.Refused) result).code();
    }
  }
}
