package pqsigner.gateway.keys.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// Wires the keys' part of the API.
@Configuration(proxyBeanMethods = false)
@Import(HttpKeysController.class)
public class HttpKeysConfiguration {}
