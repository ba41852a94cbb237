package pqsigner.local;

import java.net.URI;

/// Where the parts find each other, as they write it in their settings.
///
/// @param bootstrapServers of Kafka
/// @param registry the value of `schema.registry.url`
/// @param enclave where it listens, in the form of [pqsigner.protocol.transport.EndpointAddress]
/// @param kms what the enclave dials to reach it, in the same form
public record StackAddresses(
    String bootstrapServers, URI registry, URI dynamoDb, String enclave, String kms) {}
