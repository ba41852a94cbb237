package pqsigner.worker.batch.kafka;

import org.springframework.stereotype.Component;
import pqsigner.worker.enclave.EnclaveSettings;

/// Bounds of two sections that only make sense together.
@Component
public record ConsistentSettings(BatchSettings batch, EnclaveSettings enclave) {
  public ConsistentSettings {
    int needed =
        batch.concurrency() * batch.maxRecords() + batch.bulkConcurrency() * batch.bulkMaxRecords();
    if (enclave.inFlightMax() < needed) {
      throw new IllegalArgumentException(
          "pq-signer.enclave.in-flight-max must be at least batch.concurrency * batch.max-records"
              + " + batch.bulk-concurrency * batch.bulk-max-records = "
              + needed);
    }
  }
}
