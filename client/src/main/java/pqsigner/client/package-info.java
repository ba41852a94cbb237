/// A custodian's calls as a library, over HTTPS ([pqsigner.client.http.HttpSigner]) or Kafka
/// ([pqsigner.client.kafka.KafkaSigner]).
///
/// ```java
/// PemIdentity caller = new PemIdentity(Path.of("ca.crt"), Path.of("me.crt"), Path.of("me.key"));
/// try (Signer signer = HttpSigner.open(URI.create("https://localhost:8443"), caller)) {
///   SignerRequest request = SignerRequest.sign("alice", message);
///   switch (signer.submit(request, Duration.ofSeconds(30))) {
///     case Signed signed -> release(signed.signature());
///     case Refused(_, Problem problem) -> reject(problem.code());
///     case Conflict(_, Problem problem) -> reject(problem.code());
///     case TryLater(_, _, Duration after) -> repeat(request, after);
///     case Pending _, Failed _, Unknown _ -> repeat(request, Duration.ofSeconds(5));
///     case Generated _ -> throw new AssertionError("a signature was asked for");
///   }
/// }
/// ```
///
/// Results are values ([SignerResult]); exceptions ([SignerException]) say that nothing arrived.
/// Whoever is unsure sends the same request again: its id makes that safe. [SignatureCheck]
/// verifies what came back, under the key that [pqsigner.client.http.HttpSigner#keys] or the
/// caller's own records name.
@NullMarked
package pqsigner.client;

import org.jspecify.annotations.NullMarked;
