# Topics, rights and schemas, applied once by the chart's job as an administrator; nothing of the local stack is in it.
# From the repository's top, after ./mvnw package:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/topics.Dockerfile .
# Writes nothing, answers nobody, and ends: no HEALTHCHECK.
# Both bases are named by the builder, by digest: a JDK and distroless base-nossl (the C library: no shell, no package manager).
# deploy/README.md says which and how to find their digests. Without them nothing is built.
ARG JDK
ARG BASE
FROM ${JDK} AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.desktop,java.management,java.net.http,java.security.jgss,java.security.sasl,java.sql,jdk.unsupported"]

FROM ${BASE}
COPY --from=runtime /opt/java /opt/java
COPY topics/target/image/lib /app/lib
COPY topics/target/topics.jar /app/topics.jar
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", \
  "-XX:-HeapDumpOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData", \
  "-cp", "/app/topics.jar:/app/lib/*", "pqsigner.topics.TopicsMain"]
