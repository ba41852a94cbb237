package pqsigner.gateway.admission.http;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.gateway.admission.CheckedCommand;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Requester;
import pqsigner.gateway.ledger.Request;

/// What the gateway computes for a request before it asks a store. In this package because nobody
/// else may read a body.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AdmissionBenchmark {
  private static final int BODY_BYTES_MAX = 256 * 1024;
  private static final int MESSAGE_BYTES = 256;

  private final HttpCommandReader reader = new HttpCommandReader(BODY_BYTES_MAX);
  private final byte[] body =
      Json.bytes(SignerRequest.sign("customer-wallet-123", new byte[MESSAGE_BYTES]).toJson());
  private final Requester caller = Requester.overHttp("custodian-a", -1, null);

  /// Its digest included.
  @Benchmark
  public final Request readJsonRequest() {
    return switch (CommandRules.check(caller, reader.read(body), () -> "minted", Instant.EPOCH)) {
      case CheckedCommand.WellFormed(Request request) -> request;
      case CheckedCommand.Malformed _ -> throw new IllegalStateException("the request is refused");
    };
  }
}
