package pqsigner.guarantees.alone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;
import pqsigner.client.kafka.CustodianTopics;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;

/// One custodian catches up with a day's work over Kafka while another one calls over HTTP. It
/// compares latencies, which wants a machine with nothing else to do: with `-Pguarantees` only.
@EnabledIfSystemProperty(named = "guarantees.full", matches = "true")
final class FairnessIT {
  private static final int FLOOD = 20_000;
  private static final int CALLERS = 4;
  private static final int CALLS = 600;
  private static final int WARM_UP_CALLS = 1_500;
  private static final double SLOWDOWN_MAX = 3;

  @Test
  void aFloodOfOneCustodianLeavesTheSynchronousCallsOfAnotherWithinThreeTimesTheirP99()
      throws Exception {
    try (Stack stack = new Stack(LocalStack.start(LocalStackOptions.defaults(), _ -> {}));
        CustodianTopics flood = stack.topics("custodian-a");
        HttpSigner caller = stack.signer("custodian-b")) {
      Key flooded = stack.newKey("custodian-a", "ML-DSA-65");
      Key called = stack.newKey("custodian-b", "ML-DSA-65");
      calls(caller, called, WARM_UP_CALLS);
      Latencies unloaded = calls(caller, called, CALLS);

      for (int i = 0; i < FLOOD; i++) {
        byte[] message = ("flood " + i).getBytes(UTF_8);
        var _ = flood.send(SignerRequest.sign(flooded.userId(), message));
      }
      AtomicInteger signed = new AtomicInteger();
      awaitResults(flood, signed, 500);
      Latencies loaded;
      try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
        CountDownLatch done = new CountDownLatch(1);
        reader.execute(
            () -> {
              while (done.getCount() > 0) {
                count(flood, signed);
              }
            });
        loaded = calls(caller, called, CALLS);
        done.countDown();
      }

      double slowdown = (double) loaded.p99() / unloaded.p99();
      System.out.printf(
          "fairness: p50 %d -> %d us, p99 %d -> %d us, %.2f times; %d of %d flood commands done%n",
          unloaded.p50(),
          loaded.p50(),
          unloaded.p99(),
          loaded.p99(),
          slowdown,
          signed.get(),
          FLOOD);
      assertThat(signed.get()).as("the flood was there all the time").isBetween(501, FLOOD - 1);
      assertThat(slowdown).isLessThanOrEqualTo(SLOWDOWN_MAX);
    }
  }

  private static void awaitResults(CustodianTopics results, AtomicInteger signed, int count) {
    long until = System.nanoTime() + Stack.PATIENCE.toNanos();
    while (signed.get() < count) {
      assertThat(System.nanoTime() - until).as("time over for the flood to begin").isNegative();
      count(results, signed);
    }
  }

  private static void count(CustodianTopics results, AtomicInteger signed) {
    results.poll(
        Duration.ofMillis(100),
        event -> {
          assertThat(event.result()).isInstanceOf(SignerResult.Signed.class);
          signed.incrementAndGet();
        });
  }

  private record Latencies(long[] sortedMicros) {
    long p50() {
      return sortedMicros[sortedMicros.length / 2];
    }

    long p99() {
      return sortedMicros[(int) Math.ceil(sortedMicros.length * 0.99) - 1];
    }
  }

  private static Latencies calls(HttpSigner caller, Key key, int calls) throws Exception {
    long[] micros = new long[calls];
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      var all =
          callers.invokeAll(
              java.util.Collections.nCopies(
                  CALLERS,
                  () -> {
                    for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
                      SignerRequest request =
                          SignerRequest.sign(key.userId(), ("call " + i).getBytes(UTF_8));
                      long start = System.nanoTime();
                      SignerResult outcome = caller.submit(request, Stack.PATIENCE);
                      micros[i] = (System.nanoTime() - start) / 1_000;
                      assertThat(outcome).isInstanceOf(SignerResult.Signed.class);
                    }
                    return null;
                  }));
      for (var one : all) {
        one.get();
      }
    }
    Arrays.sort(micros);
    return new Latencies(micros);
  }
}
