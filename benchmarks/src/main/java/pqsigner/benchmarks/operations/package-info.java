/// What one signature pays for, operation by operation, in the product's own code. Some benchmarks
/// stand in the package of what they measure, because it is open to nobody else.
///
/// ```
/// ./mvnw -Poperations -pl benchmarks -am -Dmaven.test.skip=true package
/// ```
///
/// writes `target/operations.md` and JMH's own reports, `target/operations-<round>.json`.
@NullMarked
package pqsigner.benchmarks.operations;

import org.jspecify.annotations.NullMarked;
