/// The contract over HTTPS with a client certificate.
@NullMarked
package pqsigner.client.http;

import org.jspecify.annotations.NullMarked;
