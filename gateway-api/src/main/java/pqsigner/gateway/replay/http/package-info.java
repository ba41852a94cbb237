/// The operator API over HTTP: list, show, replay. Behind an operator's certificate; shows what an
/// operator needs to decide and never what a custodian asked to sign.
@NullMarked
package pqsigner.gateway.replay.http;

import org.jspecify.annotations.NullMarked;
