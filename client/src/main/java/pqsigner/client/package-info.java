/// A custodian's calls as a library, over HTTPS ([pqsigner.client.http.HttpSigner]) or Kafka
/// ([pqsigner.client.kafka.KafkaSigner]).
///
/// ```java
/// PemIdentity caller = new PemIdentity(Path.of("ca.crt"), Path.of("me.crt"), Path.of("me.key"));
/// try (Signer signer = HttpSigner.open(URI.create("https://localhost:8443"), caller).retrying()) {
///   SignerRequest request = SignerRequest.sign("alice", message);
///   switch (signer.submit(request, Duration.ofSeconds(30))) {
///     case Signed signed -> release(signed.signature());
///     case Refused(_, Problem problem) -> reject(problem.code());
///     case Conflict(_, Problem problem) -> reject(problem.code());
///     case Pending _, TryLater _, Failed _, Unknown _ -> keepForLater(request);
///     case Generated _ -> throw new AssertionError("a signature was asked for");
///   }
/// }
/// ```
///
/// Results are values ([SignerResult]); exceptions ([SignerException]) say that nothing arrived.
/// Whoever is unsure sends the same request again: its id makes that safe, and a [RetryingSigner]
/// does it for as long as the caller has patience. [SignatureCheck] verifies what came back, under
/// the key that [pqsigner.client.http.HttpSigner#keys] or the caller's own records name, and
/// [BirthCheck] that this key was born in an enclave whose code the caller trusts.
@NullMarked
package pqsigner.client;

import org.jspecify.annotations.NullMarked;
