# Topics, rights and schemas, applied once by the chart's job as an administrator; nothing of the local stack is in it.
# From the repository's top, after mvn package:  docker build -f deploy/images/topics.Dockerfile .
# Writes nothing, answers nobody, and ends: no HEALTHCHECK.
FROM eclipse-temurin:25.0.3_9-jdk-noble@sha256:735baf2edc6cd6485240144a84fa4db142b9a6f47b4eb4080f31058d200f9813 AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.desktop,java.management,java.net.http,java.security.jgss,java.security.sasl,java.sql,jdk.unsupported"]

# The C library, time zones, certificates: no shell, no package manager.
FROM gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e
COPY --from=runtime /opt/java /opt/java
COPY topics/target/image/lib /app/lib
COPY topics/target/topics-0.1.0-SNAPSHOT.jar /app/topics.jar
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", \
  "-cp", "/app/topics.jar:/app/lib/*", "pqsigner.topics.TopicsMain"]
