package pqsigner.attestation.nitro;

import java.time.Duration;
import java.time.Instant;

/// At which time a document must hold. No form takes a document from the future.
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

  /// Made for us, and perhaps long on its way: certificates valid at the document's own time, which
  /// must lie between the moment we asked and now. For whoever asked for the document and gets it
  /// through a queue.
  ///
  /// @param askedAt by our clock
  /// @param skewMax how far the document's clock may be behind or ahead of ours
  record Since(Instant askedAt, Duration skewMax) implements EvaluationTime {
    public Since {
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

  static EvaluationTime since(Instant askedAt) {
    return new Since(askedAt, FRESHNESS_DEFAULT);
  }
}
