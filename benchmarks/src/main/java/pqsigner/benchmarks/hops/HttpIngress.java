package pqsigner.benchmarks.hops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import pqsigner.client.Json;
import pqsigner.client.SignerRequest;
import pqsigner.client.http.HttpSigner;

/// A caller for each request in flight.
record HttpIngress(HttpSigner signer) implements Ingress {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public List<Answered> send(List<SignerRequest> requests, int atOnce) throws Exception {
    List<Callable<Answered>> calls = new ArrayList<>();
    requests.forEach(request -> calls.add(() -> call(request)));
    List<Answered> answered = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(atOnce)) {
      for (Future<Answered> one : callers.invokeAll(calls)) {
        answered.add(one.get());
      }
    }
    return answered;
  }

  private Answered call(SignerRequest request) {
    long start = System.nanoTime();
    var body = signer.submit(request, PATIENCE).orFail();
    long nanos = System.nanoTime() - start;
    return new Answered(request, Json.base64(body, "signature"), nanos);
  }

  @Override
  public void close() {
    signer.close();
  }
}
