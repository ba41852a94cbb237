/// The contract over HTTPS with a client certificate.
@NullMarked
package pqsigner.cli.http;

import org.jspecify.annotations.NullMarked;
