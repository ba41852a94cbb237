/// A real schema registry (Apicurio, in memory) as a process; the path speaks Confluent's API to
/// it.
@NullMarked
package pqsigner.local.registry;

import org.jspecify.annotations.NullMarked;
