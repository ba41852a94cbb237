# ADMISSION: authenticate, validate, record, queue, answer.
# From the repository's top, after ./mvnw package:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/gateway.Dockerfile .
# Writes to /tmp and to nothing else.
# Both bases are named by the builder, by digest: a JDK and distroless base-nossl (the C library: no shell, no package manager).
# deploy/README.md says which and how to find their digests. Without them nothing is built.
ARG JDK
ARG BASE
FROM ${JDK} AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.compiler,java.desktop,java.instrument,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.security.sasl,java.sql,jdk.jfr,jdk.management,jdk.unsupported"]

FROM ${BASE}
COPY --from=runtime /opt/java /opt/java
COPY deploy/target/deploy.jar /app/health.jar
COPY gateway-api/target/image/lib /app/lib
COPY gateway-api/target/gateway-api.jar /app/gateway-api.jar
USER 65532:65532
EXPOSE 8443
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "http://127.0.0.1:8081/actuator/health/readiness"]
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED", \
  "-cp", "/app/gateway-api.jar:/app/lib/*", "pqsigner.gateway.GatewayApplication"]
