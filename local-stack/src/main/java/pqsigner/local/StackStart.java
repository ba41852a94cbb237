package pqsigner.local;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Topics;
import pqsigner.events.wire.SchemaRegistration;
import pqsigner.local.dynamodb.WarmUp;
import pqsigner.local.kafka.KafkaClientSettings;
import pqsigner.local.process.Launch;
import pqsigner.local.process.LaunchException;
import pqsigner.local.registry.SchemaRegistry;
import pqsigner.topics.Durability;
import pqsigner.topics.SetupException;
import pqsigner.topics.TopicPlan;
import pqsigner.topics.TopicSetup;

/// Starts everything as early as what it needs is there: on two processors the time goes into
/// starting JVMs, and they overlap.
final class StackStart {

  private final LocalStack stack;
  private final LocalStackOptions options;
  private final Consumer<String> progress;
  private final long begin = System.nanoTime();
  private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);

  private interface Step extends Callable<Launch> {}

  StackStart(LocalStack stack, LocalStackOptions options, Consumer<String> progress) {
    this.stack = stack;
    this.options = options;
    this.progress = progress;
  }

  /// Returns when all is ready, or throws what the first failing part threw.
  void run() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Launches launches = stack.launches();
      var broker =
          part(Part.BROKER, launches::broker, threads).thenRunAsync(this::createTopics, threads);
      var dynamoDb =
          part(Part.DYNAMODB, launches::dynamoDb, threads)
              .thenRunAsync(this::warmDynamoDb, threads);
      var registry =
          part(Part.REGISTRY, launches::registry, threads)
              .thenRunAsync(this::registerSchemas, threads);
      var kms = part(Part.KMS, launches::kms, threads);
      var enclave = part(Part.ENCLAVE, () -> stack.enclaves().enclave(List.of()), threads);
      List<CompletableFuture<Void>> all =
          new ArrayList<>(List.of(broker, dynamoDb, registry, kms, enclave));
      var beforeServices = CompletableFuture.allOf(broker, dynamoDb);
      for (int i = 0; i < options.processes().workers(); i++) {
        int index = i;
        all.add(
            beforeServices.thenComposeAsync(
                ready -> part(Part.WORKER, () -> launches.worker(index), threads), threads));
      }
      all.add(
          broker.thenComposeAsync(
              ready -> part(Part.DELAY_LINE, launches::delayLine, threads), threads));
      for (int i = 0; i < options.processes().gateways(); i++) {
        int index = i;
        all.add(
            beforeServices.thenComposeAsync(
                ready -> part(Part.GATEWAY, () -> launches.gateway(index), threads), threads));
      }
      awaitAll(all, threads);
    }
  }

  /// The first failure ends the wait: the others might wait for what will not come.
  private void awaitAll(List<CompletableFuture<Void>> all, ExecutorService threads) {
    var failed = new CompletableFuture<Void>();
    var done =
        CompletableFuture.allOf(
            all.stream()
                .map(each -> each.whenComplete((nothing, e) -> passOn(e, failed)))
                .toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(failed, done).join();
    } catch (CompletionException e) {
      stack.abandon();
      threads.shutdownNow();
      throw e.getCause() instanceof LaunchException launch ? launch : e;
    }
  }

  private static void passOn(@Nullable Throwable failure, CompletableFuture<Void> failed) {
    if (failure != null) {
      failed.completeExceptionally(failure);
    }
  }

  private CompletableFuture<Void> part(Part part, Step step, ExecutorService threads) {
    if (!options.parts().contains(part)) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(() -> launch(step), threads);
  }

  private void launch(Step step) {
    long started = System.nanoTime();
    Launch launch;
    try {
      launch = step.call();
    } catch (IOException e) {
      throw new LaunchException("cannot configure a part", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    var child = stack.launch(launch);
    report(launch.name() + " ready in " + seconds(started) + ", pid " + child.pid());
  }

  private void createTopics() {
    if (!options.parts().contains(Part.BROKER)) {
      return;
    }
    long started = System.nanoTime();
    Map<String, Object> settings =
        KafkaClientSettings.of(
            stack.bootstrapServers(), stack.pki().ca(), stack.pki().pair("admin"));
    TopicPlan plan = TopicPlan.of(topics, options.custodians(), Durability.ONE_BROKER);
    try (Admin admin = Admin.create(settings)) {
      TopicSetup.apply(admin, plan);
    } catch (SetupException e) {
      throw new LaunchException("no topics and rights", e);
    }
    report(
        "%d topics and %d rights created in %s"
            .formatted(plan.topics().size(), plan.grants().size(), seconds(started)));
  }

  private void warmDynamoDb() {
    if (options.parts().contains(Part.DYNAMODB)) {
      WarmUp.run(stack.dynamoDb());
    }
  }

  private void registerSchemas() {
    if (!options.parts().contains(Part.REGISTRY)) {
      return;
    }
    long started = System.nanoTime();
    SchemaRegistry.requireBackwardCompatibility(stack.registry());
    var ids =
        SchemaRegistration.register(
            Map.of("schema.registry.url", stack.registry().toString()),
            topics,
            options.custodians());
    report(ids.size() + " schemas registered in " + seconds(started));
  }

  private synchronized void report(String line) {
    progress.accept("[%5s] %s".formatted(seconds(begin), line));
  }

  private static String seconds(long sinceNanos) {
    Duration passed = Duration.ofNanos(System.nanoTime() - sinceNanos);
    return "%d.%d s".formatted(passed.toSeconds(), passed.toMillisPart() / 100);
  }
}
