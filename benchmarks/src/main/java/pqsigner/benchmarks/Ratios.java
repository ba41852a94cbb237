package pqsigner.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;

/// How a ratio is written.
public final class Ratios {
  private static final int DIGITS = 2;

  private Ratios() {}

  /// Two digits, which is about what they are good for; a dash for what is no number.
  public static String text(double ratio) {
    if (!Double.isFinite(ratio)) {
      return "–";
    }
    BigDecimal rounded = new BigDecimal(ratio).round(new MathContext(DIGITS));
    if (rounded.signum() == 0) {
      return "0";
    }
    int firstDigit = rounded.precision() - rounded.scale();
    return rounded.setScale(Math.max(0, DIGITS - firstDigit)).toPlainString();
  }
}
