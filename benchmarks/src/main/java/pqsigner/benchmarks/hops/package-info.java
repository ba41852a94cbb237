/// Where the time of a signature goes, hop by hop, on the local stack of real parts.
///
/// ```
/// ./mvnw -Phops -pl benchmarks -am -Dmaven.test.skip=true package
/// ```
///
/// starts two stacks, one as delivered and one whose enclave keeps data keys, sends signatures over
/// HTTP and over Kafka to both in turns, and reads what the services count for Prometheus before
/// and after each load. It writes `target/hops.md` and `target/hops.json`.
@NullMarked
package pqsigner.benchmarks.hops;

import org.jspecify.annotations.NullMarked;
