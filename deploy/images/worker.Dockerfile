# CONVEYOR: batch, deadline, ask the enclave, publish; and the delay line, which brings jobs back from their retry lanes.
# Two images of the same code, because their processes may hold nothing in common: no certificate is in either.
# From the repository's top, after mvn package:  docker build -f deploy/images/worker.Dockerfile --target worker .
#                                          and:  docker build -f deploy/images/worker.Dockerfile --target delay-line .
# Writes to /tmp and to nothing else.
FROM eclipse-temurin:25.0.3_9-jdk-noble@sha256:735baf2edc6cd6485240144a84fa4db142b9a6f47b4eb4080f31058d200f9813 AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.compiler,java.desktop,java.instrument,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.security.sasl,java.sql,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported"]

# The C library, time zones, certificates: no shell, no package manager.
FROM gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e AS code
COPY --from=runtime /opt/java /opt/java
COPY deploy/target/deploy-0.1.0-SNAPSHOT.jar /app/health.jar
COPY signing-worker/target/image/lib /app/lib
COPY signing-worker/target/signing-worker-0.1.0-SNAPSHOT.jar /app/signing-worker.jar
USER 65532:65532
FROM code AS delay-line
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "http://127.0.0.1:9096/actuator/health/readiness"]
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", \
  "-cp", "/app/signing-worker.jar:/app/lib/*", "pqsigner.delayline.DelayLineApplication"]

FROM code AS worker
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "http://127.0.0.1:9091/actuator/health/readiness"]
# Native access: AF_VSOCK by the JDK's foreign functions.
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED", \
  "-cp", "/app/signing-worker.jar:/app/lib/*", "pqsigner.worker.WorkerApplication"]
