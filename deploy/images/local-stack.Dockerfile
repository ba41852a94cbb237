# What docker-compose.yml needs and production does not: certificates, topics, the KMS stand-in and its proxy.
# From the repository's top, after ./mvnw package:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/local-stack.Dockerfile .
# Both bases are named by the builder, by digest: a JDK and distroless base-nossl (the C library: no shell, no package manager).
# deploy/README.md says which and how to find their digests. Without them nothing is built.
ARG JDK
ARG BASE
FROM ${JDK} AS runtime
# What jdeps finds in the jars; ImagesIT compares.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--add-modules", "java.base,java.desktop,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,jdk.httpserver,jdk.unsupported"]
# A volume begins as the folder it is mounted over: one that any user of the host may fill.
RUN ["install", "-d", "-m", "0777", "/folders/pq-signer/topics", "/folders/pq-signer/gateway", "/folders/pq-signer/worker", \
  "/folders/pq-signer/delay-line", "/folders/pq-signer/enclave", "/folders/pq-signer/kms", "/folders/mnt/shared/config"]

FROM ${BASE}
COPY --from=runtime /opt/java /opt/java
COPY --from=runtime /folders /
COPY deploy/target/deploy.jar /app/health.jar
COPY local-stack/target/image/lib /app/lib
COPY local-stack/target/local-stack.jar /app/local-stack.jar
# To be measured, not run: PCR0 of the simulated enclave is what these files say.
COPY enclave/target/image/lib /app/enclave/lib
COPY enclave/target/enclave.jar /app/enclave/enclave.jar
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", \
  "--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", \
  "-cp", "/app/local-stack.jar:/app/lib/*", "pqsigner.local.compose.ComposeMain"]
