package pqsigner.gateway.replay.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// Wires the operator API.
@Configuration(proxyBeanMethods = false)
@Import({HttpReplayController.class, HttpUndecodableController.class})
public class HttpReplayConfiguration {}
