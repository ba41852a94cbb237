/// What every HTTP answer has in common: problems (RFC 9457), JSON, who may ask for what, the
/// limits of the web server, the published OpenAPI document.
@NullMarked
package pqsigner.gateway.http;

import org.jspecify.annotations.NullMarked;
