package pqsigner.gateway.http.connections;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/// The fill of each bound, and what was cut at it.
final class ConnectionMetrics {

  /// More holders than this are counted together only: names come from certificates, and each is a
  /// series.
  private static final int NAMES_MAX = 100;

  private final Connections<SocketChannel> connections;
  private final MeterRegistry registry;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  ConnectionMetrics(
      Connections<SocketChannel> connections, ConnectionSettings limits, MeterRegistry registry) {
    this.connections = connections;
    this.registry = registry;
    fill("handshaking", Connections::handshaking, limits.handshakesMax());
    fill(
        "handshaking_one_source",
        Connections::handshakingOfOneSource,
        limits.handshakesPerSourceMax());
    fill("authenticated", Connections::authenticated, limits.authenticatedMax());
    for (Connections.Cut why : Connections.Cut.values()) {
      FunctionCounter.builder(
              "pq.signer.gateway.connections.cut", connections, all -> all.cuts(why))
          .description("Connections cut or refused, by the limit they exceeded")
          .tag("reason", why.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private void fill(String state, ToDoubleFunction<Connections<SocketChannel>> open, int limit) {
    Gauge.builder("pq.signer.gateway.connections", connections, open)
        .description("Open connections; handshaking_one_source counts those of the busiest source")
        .tag("state", state)
        .register(registry);
    Gauge.builder("pq.signer.gateway.connections.limit", () -> limit)
        .description("Connections that may be open")
        .tag("state", state)
        .register(registry);
  }

  /// Shows from now on how many connections this holder has.
  String named(String holder) {
    if (names.size() < NAMES_MAX && names.add(holder)) {
      Gauge.builder("pq.signer.gateway.connections.held", connections, all -> all.size(holder))
          .description("Authenticated connections of one holder")
          .tag("holder", holder)
          .register(registry);
      Gauge.builder(
              "pq.signer.gateway.connections.held.limit", connections, all -> all.share(holder))
          .description("Authenticated connections that one holder may have")
          .tag("holder", holder)
          .register(registry);
    }
    return holder;
  }
}
