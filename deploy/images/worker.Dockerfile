# CONVEYOR: batch, deadline, ask the enclave, publish; and the delay line, which brings jobs back from their retry lanes.
# Two images of the same code, because their processes may hold nothing in common: no certificate is in either.
# From the repository's top, after ./mvnw package:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/worker.Dockerfile --target worker .
#                                          and:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/worker.Dockerfile --target delay-line .
# Writes to /tmp and to nothing else.
# Both bases are named by the builder, by digest: a JDK and distroless base-nossl (the C library: no shell, no package manager).
# deploy/README.md says which and how to find their digests. Without them nothing is built.
ARG JDK
ARG BASE
FROM ${JDK} AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.compiler,java.desktop,java.instrument,java.naming,java.net.http,java.prefs,java.scripting,java.security.jgss,java.security.sasl,java.sql,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported"]

FROM ${BASE} AS code
COPY --from=runtime /opt/java /opt/java
COPY deploy/target/deploy.jar /app/health.jar
COPY signing-worker/target/image/lib /app/lib
COPY signing-worker/target/signing-worker.jar /app/signing-worker.jar
USER 65532:65532
FROM code AS delay-line
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "http://127.0.0.1:9096/actuator/health/readiness"]
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", \
  "-cp", "/app/signing-worker.jar:/app/lib/*", "pqsigner.delayline.DelayLineApplication"]

FROM code AS worker
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "http://127.0.0.1:9091/actuator/health/readiness"]
# Native access: AF_VSOCK by the JDK's foreign functions.
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED", \
  "-cp", "/app/signing-worker.jar:/app/lib/*", "pqsigner.worker.WorkerApplication"]
