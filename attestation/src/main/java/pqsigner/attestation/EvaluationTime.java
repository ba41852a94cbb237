package pqsigner.attestation;

import java.time.Duration;

/// At which time a document must hold. Neither form takes a document from the future.
public sealed interface EvaluationTime {

  /// AWS and KMS work with five minutes; a leaf certificate alone would let three hours pass.
  Duration FRESHNESS_DEFAULT = Duration.ofMinutes(5);

  Duration skewMax();

  /// Trusted now: certificates valid at present and the document fresh. For whoever talks to the
  /// enclave.
  ///
  /// @param ageMax how old the document may be
  /// @param skewMax how far its clock may be ahead of ours
  record Live(Duration ageMax, Duration skewMax) implements EvaluationTime {
    public Live {
      if (ageMax.isNegative() || skewMax.isNegative()) {
        throw new IllegalArgumentException("durations must not be negative");
      }
    }
  }

  /// Archived evidence: certificates valid at the document's own, signed time. It says what was
  /// true then; the certificates of a birth attestation expire three hours later.
  record AtDocumentTime(Duration skewMax) implements EvaluationTime {
    public AtDocumentTime {
      if (skewMax.isNegative()) {
        throw new IllegalArgumentException("durations must not be negative");
      }
    }
  }

  static EvaluationTime live() {
    return new Live(FRESHNESS_DEFAULT, FRESHNESS_DEFAULT);
  }

  static EvaluationTime atDocumentTime() {
    return new AtDocumentTime(FRESHNESS_DEFAULT);
  }
}
