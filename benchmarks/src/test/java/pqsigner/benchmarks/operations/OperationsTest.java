package pqsigner.benchmarks.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

class OperationsTest {

  /// It keeps two measurements from disturbing each other. This is none.
  @BeforeAll
  static void takeNoLock() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void everyOperationStillWorks() throws RunnerException {
    Collection<RunResult> results = new Runner(Operations.once()).run();

    assertThat(results.stream().map(result -> OperationsMain.label(result.getParams())))
        .hasSizeGreaterThan(20)
        .doesNotHaveDuplicates()
        .contains(OperationsMain.UNIT, "open kms answer", "encode sign frame of 16");
  }
}
