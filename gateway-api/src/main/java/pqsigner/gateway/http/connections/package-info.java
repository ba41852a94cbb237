/// Who may hold a connection to the API, and for how long.
///
/// Tomcat has one bound for all connections and time-outs that every byte sets back, so whoever can
/// open TCP, without a certificate, could fill it and stay. Here a connection first has a short
/// time to prove who it is, counted from its acceptance, and then counts against its holder.
///
/// ```
/// accepted ──handshake──► idle ◄──► reading a head ──► working ──► idle
///    └ late, or its source or all have too many: cut      └ late: cut
/// ```
///
/// [Connections] decides and knows no socket; [BoundedEndpoint] is the one place that knows Tomcat.
@NullMarked
package pqsigner.gateway.http.connections;

import org.jspecify.annotations.NullMarked;
