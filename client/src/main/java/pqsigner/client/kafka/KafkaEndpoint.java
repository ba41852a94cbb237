package pqsigner.client.kafka;

import pqsigner.events.Topics;

/// Where a custodian's topics are.
///
/// @param bootstrap host:port, comma separated
/// @param registry URL of the schema registry
public record KafkaEndpoint(String bootstrap, String registry, Topics topics, String custodian) {}
