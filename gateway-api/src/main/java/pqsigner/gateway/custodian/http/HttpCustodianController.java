package pqsigner.gateway.custodian.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.events.ErrorCode;
import pqsigner.events.Topics;
import pqsigner.gateway.custodian.Caller;
import pqsigner.gateway.custodian.CustodianChanges;
import pqsigner.gateway.custodian.CustodianChanges.Change;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.RegisteredCustodian;
import pqsigner.gateway.http.BrokenRequestException;
import pqsigner.gateway.http.HttpAnswers;
import pqsigner.gateway.http.JsonBodies;

/// `/v1/operator/custodians`. Answers come from the registry itself, not from what this gateway
/// read last.
///
/// A revision is an entity tag, in quotation marks. What is replaced was seen, so a PUT names it; a
/// PATCH and a DELETE need not.
@RestController
final class HttpCustodianController {

  private final CustodianRegistry registry;
  private final CustodianChanges changes;
  private final JsonBodies bodies;
  private final HttpAnswers answers;

  HttpCustodianController(
      CustodianRegistry registry,
      CustodianChanges changes,
      JsonBodies bodies,
      HttpAnswers answers) {
    this.registry = registry;
    this.changes = changes;
    this.bodies = bodies;
    this.answers = answers;
  }

  @GetMapping("/v1/operator/custodians")
  ResponseEntity<byte[]> list(Caller.Operator operator, HttpServletRequest request) {
    return request.getQueryString() == null
        ? answers.ok(CustodianBody.all(registry.all()))
        : answers.problem(ErrorCode.UNKNOWN_FIELD, "this list takes no parameters", null);
  }

  @GetMapping("/v1/operator/custodians/{name}")
  ResponseEntity<byte[]> show(Caller.Operator operator, @PathVariable("name") String name) {
    return registry.find(name).map(this::ok).orElseGet(this::unknown);
  }

  @PutMapping("/v1/operator/custodians/{name}")
  ResponseEntity<byte[]> put(
      Caller.Operator operator, @PathVariable("name") String name, HttpServletRequest request)
      throws IOException, InterruptedException {
    return bodies.read(
        request,
        operator,
        TermsReader.BYTES_MAX,
        body -> answered(() -> put(operator.name(), name, body, request)));
  }

  private Change put(String operator, String name, byte[] body, HttpServletRequest request)
      throws BrokenRequestException {
    if (!Topics.isCustodian(name)) {
      throw BrokenRequestException.malformed("no custodian may be called that");
    }
    CustodianTerms terms = TermsReader.read(body).apply(CustodianTerms.usual());
    Long revision = revision(request);
    boolean isNew = isNew(request);
    if (isNew == (revision != null)) {
      throw BrokenRequestException.malformed(
          "send If-None-Match: * to add, or If-Match with the revision to replace");
    }
    return isNew
        ? changes.add(name, terms, operator)
        : changes.change(name, revision, _ -> terms, operator);
  }

  @PatchMapping("/v1/operator/custodians/{name}")
  ResponseEntity<byte[]> patch(
      Caller.Operator operator, @PathVariable("name") String name, HttpServletRequest request)
      throws IOException, InterruptedException {
    return bodies.read(
        request,
        operator,
        TermsReader.BYTES_MAX,
        body ->
            answered(
                () -> {
                  UnaryOperator<CustodianTerms> terms = TermsReader.read(body);
                  return changes.change(name, revision(request), terms, operator.name());
                }));
  }

  @DeleteMapping("/v1/operator/custodians/{name}")
  ResponseEntity<byte[]> delete(
      Caller.Operator operator, @PathVariable("name") String name, HttpServletRequest request) {
    return answered(() -> changes.remove(name, revision(request), operator.name()));
  }

  @FunctionalInterface
  private interface Act {
    Change make() throws BrokenRequestException;
  }

  private ResponseEntity<byte[]> answered(Act act) {
    try {
      return switch (act.make()) {
        case Change.Made(RegisteredCustodian custodian) -> ok(custodian);
        case Change.Unknown() -> unknown();
        case Change.Conflict() ->
            answers.problem(
                ErrorCode.REVISION_CONFLICT, "read the custodian again, and decide again", null);
        case Change.Full() ->
            answers.problem(
                ErrorCode.FORBIDDEN,
                "the registry is full: " + CustodianChanges.CUSTODIANS_MAX + " custodians",
                null);
      };
    } catch (BrokenRequestException e) {
      return answers.problem(e.code(), e.detail(), null);
    }
  }

  private ResponseEntity<byte[]> ok(RegisteredCustodian custodian) {
    HttpHeaders headers = new HttpHeaders();
    headers.setETag("\"" + custodian.revision() + "\"");
    return answers.ok(CustodianBody.of(custodian), headers);
  }

  private ResponseEntity<byte[]> unknown() {
    return answers.problem(ErrorCode.UNKNOWN_CUSTODIAN, "no custodian has this name", null);
  }

  private static boolean isNew(HttpServletRequest request) throws BrokenRequestException {
    Optional<String> none = header(request, HttpHeaders.IF_NONE_MATCH);
    if (none.isPresent() && !none.get().equals("*")) {
      throw BrokenRequestException.malformed("If-None-Match must be *");
    }
    return none.isPresent();
  }

  /// A revision that cannot be one is told so: as a tag that does not match, it would look like
  /// somebody else's change.
  private static @Nullable Long revision(HttpServletRequest request) throws BrokenRequestException {
    Optional<String> tag = header(request, HttpHeaders.IF_MATCH);
    if (tag.isEmpty()) {
      return null;
    }
    if (!tag.get().matches("\"[0-9]{1,18}\"")) {
      throw BrokenRequestException.malformed("If-Match must be one revision in quotation marks");
    }
    return Long.valueOf(tag.get().substring(1, tag.get().length() - 1));
  }

  private static Optional<String> header(HttpServletRequest request, String name)
      throws BrokenRequestException {
    List<String> values = Collections.list(request.getHeaders(name));
    if (values.size() > 1) {
      throw BrokenRequestException.malformed("send " + name + " once");
    }
    return values.stream().findFirst();
  }
}
