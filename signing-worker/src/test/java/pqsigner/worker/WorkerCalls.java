package pqsigner.worker;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.SigningJob;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;
import pqsigner.worker.batch.TestJobs;
import pqsigner.worker.enclave.ScriptedEnclave;
import pqsigner.worker.testing.RunningWorker;

/// The shared worker, and what the tests of it have in common; each test has request ids of its
/// own.
abstract class WorkerCalls {
  private static final AtomicInteger NAMES = new AtomicInteger();

  final RunningWorker worker;
  final String name = "it" + NAMES.incrementAndGet();

  WorkerCalls(RunningWorker worker) {
    this.worker = worker;
  }

  @AfterEach
  void obeyAgain() {
    worker.enclave().refuseCredentials(null).script((link, asked) -> link.sign(asked));
  }

  /// Sign jobs whose request ids and messages are `name-0`, `name-1` and so on.
  List<SigningJob> jobs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> TestJobs.sign(name + "-" + i, "user-" + i % 7, name + "-" + i))
        .toList();
  }

  static String header(ConsumerRecord<?, ?> message, String header) {
    return EventHeaders.text(message.headers(), header).orElse("absent");
  }

  static ScriptedEnclave.Script refusingAll(Refusal refusal) {
    return (link, asked) -> link.answer(asked.id(), new Answer.Refused(refusal));
  }
}
