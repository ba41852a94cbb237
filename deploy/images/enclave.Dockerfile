# VAULT: attest, unseal, sign. The same parts as in the enclave's own image, which enclave-image builds from folders.
# From the repository's top, after ./mvnw package:  docker build --build-arg JDK=… --build-arg BASE=… -f deploy/images/enclave.Dockerfile .
# Both bases are named by the builder, by digest: a JDK and distroless base-nossl (the C library: no shell, no package manager).
# deploy/README.md says which and how to find their digests. Without them nothing is built.
ARG JDK
ARG BASE
FROM ${JDK} AS runtime
# What jdeps finds in the jars; ImagesIT compares. Not compressed, as everything in an enclave's image.
RUN ["jlink", "--output", "/opt/java", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages", \
  "--compress", "zip-0", "--add-modules", "java.base,java.management,java.naming,java.sql"]

FROM ${BASE} AS code
COPY --from=runtime /opt/java /opt/java
COPY enclave/target/image/lib /app/lib
COPY enclave/target/enclave.jar /app/enclave.jar
COPY enclave/src/main/jvm/enclave.jvmopts /app/enclave.jvmopts
USER 65532:65532
# pqsigner.enclave.boot.FreedMemory: what is given back to the C library is overwritten.
ENV GLIBC_TUNABLES=glibc.malloc.perturb=90:glibc.malloc.tcache_count=0

# For docker-compose.yml, and only when asked for by name: the same code on a simulated NSM, which protects nothing.
FROM code AS simulated
COPY deploy/target/deploy.jar /app/health.jar
COPY local-stack/target/local-stack-simulated-nsm.jar /app/simulation.jar
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 CMD ["/opt/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", \
  "-cp", "/app/health.jar", "pqsigner.deploy.health.HealthCheck", "unix:/run/enclave/enclave.sock"]
ENTRYPOINT ["/opt/java/bin/java", "@/app/enclave.jvmopts", \
  "-cp", "/app/simulation.jar:/app/enclave.jar:/app/lib/*", "pqsigner.local.enclave.SimulatedEnclaveMain"]
CMD ["@/pq-signer/enclave/arguments"]

# No HEALTHCHECK: an enclave has none; its parent asks it by the protocol.
FROM code AS enclave
ENTRYPOINT ["/opt/java/bin/java", "@/app/enclave.jvmopts", \
  "-cp", "/app/enclave.jar:/app/lib/*", "pqsigner.enclave.boot.EnclaveMain"]
CMD ["--config", "/etc/pq-signer/enclave.properties", "--listen", "vsock:any:5000"]
