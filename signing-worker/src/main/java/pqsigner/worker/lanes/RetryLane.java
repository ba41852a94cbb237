package pqsigner.worker.lanes;

import java.time.Duration;

/// A topic whose records all wait equally long, so that what is due first also stands first.
///
/// @param name for metrics and consumer groups
public record RetryLane(String name, String topic, Duration delay) {}
