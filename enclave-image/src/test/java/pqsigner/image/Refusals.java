package pqsigner.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;

public final class Refusals {
  private Refusals() {}

  public static void assertRefused(Reason reason, ThrowingCallable call) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, call);
    assertThat(refused).isNotNull();
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
  }
}
