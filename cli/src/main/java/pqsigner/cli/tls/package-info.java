/// Who is calling: PEM files as an SSL context and as Kafka settings.
@NullMarked
package pqsigner.cli.tls;

import org.jspecify.annotations.NullMarked;
