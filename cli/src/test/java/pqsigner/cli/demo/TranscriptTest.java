package pqsigner.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TranscriptTest {
  private final StringWriter out = new StringWriter();
  private final Transcript told = new Transcript(new PrintWriter(out, true));

  @Test
  void aCheckThatHoldsIsToldAndCounted() throws Exception {
    told.scene("A scene", scene -> scene.check("two and two are four", true));

    assertThat(told.checks()).isEqualTo(1);
    assertThat(out.toString()).contains("1  A scene", "✓", "two and two are four");
  }

  @Test
  void aCheckThatDoesNotHoldEndsTheDemo() {
    assertThatExceptionOfType(DemoFailure.class)
        .isThrownBy(
            () ->
                told.scene(
                    "A scene",
                    scene -> {
                      scene.checkEquals("the code is refused", "refused", "signed");
                      scene.tell("never told");
                    }));

    assertThat(told.checks()).isZero();
    assertThat(out.toString())
        .contains("expected refused, got signed", "✗")
        .doesNotContain("never told");
  }

  @Test
  void afterAnInterruptionNothingMoreIsTold() throws Exception {
    told.silence();
    told.scene("A scene", scene -> scene.check("something", true));

    assertThat(out.toString()).isBlank();
  }
}
