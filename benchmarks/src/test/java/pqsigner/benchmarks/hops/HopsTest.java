package pqsigner.benchmarks.hops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.client.Channel;

class HopsTest {
  private static final Exposition GATEWAY =
      Exposition.parse(
          """
          http_server_requests_seconds_count{uri="/v1/pq-signer",status="200"} 4
          http_server_requests_seconds_sum{uri="/v1/pq-signer",status="200"} 3.6
          http_server_requests_seconds_count{uri="/other",status="200"} 4
          http_server_requests_seconds_sum{uri="/other",status="200"} 99
          pq_signer_gateway_admission_seconds_count{origin="http",outcome="accepted"} 4
          pq_signer_gateway_admission_seconds_sum{origin="http",outcome="accepted"} 0.8
          pq_signer_gateway_admission_seconds_count{origin="kafka",outcome="accepted"} 4
          pq_signer_gateway_admission_seconds_sum{origin="kafka",outcome="accepted"} 0.8
          pq_signer_gateway_ledger_calls_seconds_count{operation="PutItem",outcome="ok"} 4
          pq_signer_gateway_ledger_calls_seconds_sum{operation="PutItem",outcome="ok"} 0.4
          pq_signer_gateway_ledger_calls_seconds_count{operation="Query",outcome="ok"} 40
          pq_signer_gateway_ledger_calls_seconds_sum{operation="Query",outcome="ok"} 40
          pq_signer_gateway_replies_age_seconds_count 4
          pq_signer_gateway_replies_age_seconds_sum 0.4
          """);

  private static final Exposition WORKER =
      Exposition.parse(
          """
          pq_signer_worker_batch_records_sum 4
          pq_signer_worker_batch_seconds_count 2
          pq_signer_worker_batch_seconds_sum 1.2
          pq_signer_worker_exchange_seconds_count 2
          pq_signer_worker_exchange_seconds_sum 0.8
          """);

  private static final Exposition ENCLAVE =
      Exposition.parse(
          """
          pq_signer_enclave_kms_calls_seconds_count{operation="decrypt",outcome="released"} 1
          pq_signer_enclave_kms_calls_seconds_sum{operation="decrypt",outcome="released"} 0.3
          pq_signer_enclave_kms_calls_seconds_count{operation="generate_data_key",outcome="released"} 1
          pq_signer_enclave_kms_calls_seconds_sum{operation="generate_data_key",outcome="released"} 5
          """);

  private static Hops hops(Channel channel) {
    return new Hops(channel, new Measured(4, 4, 2, GATEWAY, WORKER, ENCLAVE));
  }

  private static Hop named(List<Hop> hops, String start) {
    return hops.stream().filter(hop -> hop.name().startsWith(start)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void theHopsAddUpToTheWholeAndWhatIsInsideToItsHop(Channel channel) {
    List<Hop> hops = hops(channel).all();
    double sum = 0;
    double inside = 0;
    for (Hop hop : hops.reversed()) {
      if (hop.depth() == 1) {
        inside += hop.waited();
      } else {
        assertThat(inside)
            .satisfiesAnyOf(
                i -> assertThat(i).isZero(),
                i -> assertThat(i).isEqualTo(hop.waited(), within(1e-9)));
        inside = 0;
        sum += hop.waited();
      }
    }
    assertThat(sum).isEqualTo(1.0, within(1e-9));
  }

  @Test
  void aBatchIsWaitedForAsAWholeHoweverManyShareIt() {
    Hop enclave = named(hops(Channel.HTTP).all(), "worker: waiting");

    assertThat(enclave.calls()).isEqualTo(0.5);
    assertThat(enclave.waited()).isEqualTo(0.4, within(1e-9));
    assertThat(hops(Channel.HTTP).recordsOfBatch()).isEqualTo(2);
  }

  @Test
  void aKmsCallIsWaitedForByTheBatchesThatMakeOne() {
    Hop kms = named(hops(Channel.HTTP).all(), "KMS Decrypt");

    assertThat(kms.calls()).isEqualTo(0.25);
    assertThat(kms.seconds()).isEqualTo(0.3, within(1e-9));
    assertThat(kms.waited()).isEqualTo(0.15, within(1e-9));
  }

  @Test
  void whatTheSweeperAsksIsInNobodysWay() {
    assertThat(hops(Channel.HTTP).all()).noneMatch(hop -> hop.name().contains("Query"));
  }

  @Test
  void aLoadIsNotOverUntilAllOfItIsCounted() {
    assertThat(Hops.complete(Channel.HTTP, GATEWAY, WORKER, 4)).isTrue();
    assertThat(Hops.complete(Channel.HTTP, GATEWAY, WORKER, 5)).isFalse();
    assertThat(Hops.complete(Channel.HTTP, Exposition.NOTHING, WORKER, 4)).isFalse();
    assertThat(Hops.complete(Channel.KAFKA, GATEWAY, Exposition.NOTHING, 4)).isFalse();
  }

  /// The page and the services' code are compared elsewhere.
  @ParameterizedTest
  @ValueSource(
      strings = {Hops.ADMISSION, Hops.LEDGER, Hops.EXCHANGE, Hops.BATCH, Hops.KMS, Hops.REPLY})
  void everyMetricThatIsReadIsOnThePageOfMetrics(String metric) throws IOException {
    assertThat(Files.readString(Path.of("../docs/configuration.md"))).contains(metric);
  }
}
