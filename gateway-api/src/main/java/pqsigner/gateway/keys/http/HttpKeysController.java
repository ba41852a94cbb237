package pqsigner.gateway.keys.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.attestation.Sha2;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.http.BrokenRequestException;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;
import pqsigner.gateway.http.StrictUtf8;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.InvalidCursorException;

/// A custodian looks up its own keys and says which of them sign. Another's are as unknown as none.
@RestController
final class HttpKeysController {

  private static final Logger log = LoggerFactory.getLogger(HttpKeysController.class);

  private final KeyRegistry keys;
  private final JsonBodies bodies;
  private final HttpAnswers answers;

  HttpKeysController(KeyRegistry keys, JsonBodies bodies, HttpAnswers answers) {
    this.keys = keys;
    this.bodies = bodies;
    this.answers = answers;
  }

  @GetMapping("/v1/pq-signer/keys")
  ResponseEntity<byte[]> list(Caller.Custodian custodian, HttpServletRequest request) {
    try {
      KeyListQuery query = KeyListQuery.of(request.getParameterMap());
      return answers.ok(
          KeyListBody.of(
              keys.list(custodian.name(), query.filter(), query.cursor(), query.limit())));
    } catch (BrokenRequestException e) {
      return answers.problem(e.code(), e.detail(), null);
    } catch (InvalidCursorException e) {
      return malformed("cursor must be a next_cursor from this list");
    }
  }

  /// Whoever shows the ETag that it has is told 304 by the framework.
  @GetMapping("/v1/pq-signer/keys/{user_id}")
  ResponseEntity<byte[]> keys(Caller.Custodian custodian, HttpServletRequest request) {
    Optional<String> userId = userId(request, 0);
    if (userId.isEmpty()) {
      return invalidUserId();
    }
    List<RegisteredKey> versions = keys.versions(custodian.name(), userId.get());
    return versions.isEmpty()
        ? answers.problem(ErrorCode.UNKNOWN_USER, "no key for this user_id", null)
        : shown(KeyFormat.accepted(accept(request)), userId.get(), versions);
  }

  private ResponseEntity<byte[]> shown(
      KeyFormat format, String userId, List<RegisteredKey> versions) {
    byte[] body = format.write(userId, versions);
    HttpHeaders headers = new HttpHeaders();
    headers.setETag("\"" + HexFormat.of().formatHex(Sha2.sha256(body), 0, 16) + "\"");
    headers.setVary(List.of(HttpHeaders.ACCEPT));
    return answers.ok(format.type(), body, headers);
  }

  /// Several headers are one list.
  private static String accept(HttpServletRequest request) {
    return String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
  }

  @PatchMapping("/v1/pq-signer/keys/{user_id}/versions/{key_version}")
  ResponseEntity<byte[]> change(Caller.Custodian custodian, HttpServletRequest request)
      throws IOException, InterruptedException {
    return bodies.read(
        request,
        custodian,
        KeyStateBody.BYTES_MAX,
        body -> change(custodian.name(), request, KeyStateBody.read(body)));
  }

  private ResponseEntity<byte[]> change(
      String custodian, HttpServletRequest request, Optional<Boolean> enabled) {
    Optional<String> userId = userId(request, 2);
    Optional<Integer> version =
        StrictUtf8.lastSegment(request.getRequestURI()).flatMap(HttpKeysController::version);
    if (userId.isEmpty()) {
      return invalidUserId();
    }
    if (version.isEmpty()) {
      return malformed("key_version must be 1 to " + Integer.MAX_VALUE);
    }
    return enabled
        .map(enable -> change(custodian, userId.get(), version.get(), enable))
        .orElseGet(() -> malformed("the body must be {\"state\":\"ENABLED\"} or \"DISABLED\""));
  }

  private ResponseEntity<byte[]> change(
      String custodian, String userId, int version, boolean enabled) {
    Optional<RegisteredKey> changed = keys.enable(custodian, userId, version, enabled);
    if (changed.isEmpty()) {
      return keys.newest(custodian, userId).isEmpty()
          ? answers.problem(ErrorCode.UNKNOWN_USER, "no key for this user_id", null)
          : answers.problem(
              ErrorCode.UNKNOWN_KEY_VERSION, "this user_id has no version of that number", null);
    }
    KeyBody key = KeyBody.of(changed.get());
    log.info(
        "key.changed custodian={} fingerprint={} key_version={} state={}",
        custodian,
        key.fingerprint(),
        version,
        key.state());
    return answers.ok(key);
  }

  private static Optional<String> userId(HttpServletRequest request, int fromTheEnd) {
    return StrictUtf8.segment(request.getRequestURI(), fromTheEnd).filter(CommandRules::isUserId);
  }

  private static Optional<Integer> version(String text) {
    return text.matches("[1-9][0-9]{0,9}") && Long.parseLong(text) <= Integer.MAX_VALUE
        ? Optional.of(Integer.valueOf(text))
        : Optional.empty();
  }

  private ResponseEntity<byte[]> invalidUserId() {
    return answers.problem(
        ErrorCode.INVALID_USER_ID, "user_id must be 1 to 256 bytes of UTF-8", null);
  }

  private ResponseEntity<byte[]> malformed(String detail) {
    return answers.problem(ErrorCode.MALFORMED_REQUEST, detail, null);
  }
}
