package pqsigner.enclave.boot;

import java.io.IOException;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.conscrypt.Conscrypt;
import pqsigner.enclave.Deadline;
import pqsigner.enclave.EventLog;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.boot.BootException.Reason;
import pqsigner.enclave.keys.DataKeyLeases;
import pqsigner.enclave.keys.KeyVault;
import pqsigner.enclave.nsm.Nsm;
import pqsigner.enclave.nsm.NsmEntropy;
import pqsigner.enclave.release.CurrentCredentials;
import pqsigner.enclave.release.KmsKeyRelease;
import pqsigner.enclave.release.RecipientKeys;
import pqsigner.enclave.secret.Sweeper;
import pqsigner.enclave.server.CredentialOffers;
import pqsigner.enclave.server.EnclaveRequests;
import pqsigner.enclave.server.FrameServer;
import pqsigner.enclave.server.KeyJobs;
import pqsigner.enclave.server.Lifecycle;
import pqsigner.enclave.signing.EngineException;
import pqsigner.enclave.signing.MlDsaEngines;
import pqsigner.enclave.signing.Randomness;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.EnclaveStats.Usage;
import pqsigner.protocol.Phase;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// A running enclave.
public final class Enclave implements AutoCloseable {
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

  private final EnclaveConfiguration configuration;
  private final Lifecycle lifecycle;
  private final CurrentCredentials credentials;
  private final FrameServer server;
  private final Services services;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// What exists only after a successful boot.
  private record Services(
      KeyJobs jobs,
      CredentialOffers offers,
      KmsKeyRelease kms,
      RecipientKeys recipients,
      DataKeyLeases leases,
      Sweeper sweeper,
      ScheduledThreadPoolExecutor housekeeping) {

    EnclaveStats stats(Usage connections) {
      return new EnclaveStats(
          kms.calls(), List.of(jobs.usage(), leases.usage(), recipients.usage(), connections));
    }
  }

  private Enclave(
      EnclaveConfiguration configuration,
      Lifecycle lifecycle,
      CurrentCredentials credentials,
      FrameServer server,
      Services services) {
    this.configuration = configuration;
    this.lifecycle = lifecycle;
    this.credentials = credentials;
    this.server = server;
    this.services = services;
  }

  /// Boots, and returns once the enclave is attested and takes credentials. Status requests are
  /// answered from the start.
  ///
  /// @param listen port 0 lets the kernel choose; see [#address()]
  /// @throws IOException when it must not or cannot start; nothing is left running then
  public static Enclave start(EnclaveConfiguration configuration, Nsm nsm, EndpointAddress listen)
      throws IOException {
    return start(configuration, nsm, listen, WARM_UP);
  }

  static Enclave start(
      EnclaveConfiguration configuration, Nsm nsm, EndpointAddress listen, Duration warmUp)
      throws IOException {
    CurrentCredentials credentials = new CurrentCredentials(InstantSource.system());
    Lifecycle lifecycle = new Lifecycle(credentials::present);
    EnclaveRequests requests = new EnclaveRequests(lifecycle);
    FrameServer server =
        FrameServer.start(Transport.listen(listen), requests, configuration.server());
    try {
      Services services = boot(configuration, nsm, lifecycle, credentials, warmUp);
      requests.open(services.jobs, services.offers, () -> services.stats(server.usage()));
      lifecycle.attested();
      return new Enclave(configuration, lifecycle, credentials, server, services);
    } catch (IOException | RuntimeException e) {
      lifecycle.dead();
      server.close();
      throw e;
    }
  }

  private static Services boot(
      EnclaveConfiguration configuration,
      Nsm nsm,
      Lifecycle lifecycle,
      CurrentCredentials credentials,
      Duration warmUp)
      throws IOException {
    byte[] image = Measurement.requireNoDebugMode(nsm);
    lifecycle.measured(nsm.describe().moduleId(), image);
    Measurement.lock(configuration, nsm);

    SecureRandom random = NsmEntropy.drbg(nsm);
    Provider conscrypt = Conscrypt.newProvider();
    Sweeper sweeper = new Sweeper(HOUSEKEEPING);
    RecipientKeys recipients = new RecipientKeys(configuration.recipients(), conscrypt, sweeper);
    try {
      MlDsaEngines engines = engines(configuration, random, conscrypt, sweeper, warmUp);
      KmsKeyRelease kms =
          new KmsKeyRelease(configuration.kms(), nsm, recipients, credentials, random, conscrypt);
      DataKeyLeases leases = new DataKeyLeases(configuration.leases(), InstantSource.system());
      KeyVault vault =
          new KeyVault(configuration.algorithms(), engines, kms, leases, nsm, random, conscrypt);
      KeyJobs jobs = new KeyJobs(vault, lifecycle, InstantSource.system(), configuration.jobs());
      CredentialOffers offers = new CredentialOffers(kms, InstantSource.system());
      return new Services(jobs, offers, kms, recipients, leases, sweeper, housekeeping(leases));
    } catch (IOException | RuntimeException e) {
      recipients.close();
      sweeper.close();
      throw e;
    }
  }

  private static MlDsaEngines engines(
      EnclaveConfiguration configuration,
      SecureRandom random,
      Provider conscrypt,
      Sweeper sweeper,
      Duration warmUp)
      throws BootException {
    Randomness randomness =
        configuration.deterministic()
            ? new Randomness.Deterministic()
            : new Randomness.Hedged(random);
    try {
      MlDsaEngines engines =
          MlDsaEngines.selfTested(configuration.algorithms(), conscrypt, randomness, sweeper);
      if (!engines.preferredTakesContexts()) {
        EventLog.event("engine.replaced", "contexts=bouncy-castle");
      }
      WarmUp.run(engines, configuration.algorithms(), random, warmUp);
      return engines;
    } catch (EngineException | RefusedException e) {
      throw new BootException(Reason.ENGINE_FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static ScheduledThreadPoolExecutor housekeeping(DataKeyLeases leases) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("housekeeping").factory());
    long period = HOUSEKEEPING.toMillis();
    var _ =
        executor.scheduleWithFixedDelay(leases::dropExpired, period, period, TimeUnit.MILLISECONDS);
    return executor;
  }

  /// Where it listens, with the port that the kernel chose.
  public EndpointAddress address() {
    return server.address();
  }

  public Phase phase() {
    return lifecycle.phase();
  }

  /// Returns when the enclave was closed.
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /// Finishes what was taken, as far as the drain time allows, and wipes what is left.
  @Override
  public void close() {
    Deadline deadline = Deadline.in(configuration.drainTime());
    lifecycle.draining();
    services.offers.close();
    services.jobs.drain(deadline);
    server.close(deadline);
    services.housekeeping.shutdownNow();
    services.leases.close();
    services.kms.close();
    services.sweeper.close();
    credentials.close();
    closed.countDown();
  }
}
