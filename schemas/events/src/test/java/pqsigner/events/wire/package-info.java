/// The wire format against a registry in this process, hostile bytes, and Confluent's own classes.
@NullMarked
package pqsigner.events.wire;

import org.jspecify.annotations.NullMarked;
