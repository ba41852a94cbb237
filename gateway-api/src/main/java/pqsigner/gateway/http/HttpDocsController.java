package pqsigner.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pqsigner.attestation.Sha2;

/// The OpenAPI document, and a page that shows it and loads nothing from anywhere else: its content
/// security policy admits exactly its own script and style, by hash.
@RestController
final class HttpDocsController {

  private final byte[] document = resource("openapi.json");
  private final byte[] page = resource("docs.html");
  private final String policy = policy(new String(page, StandardCharsets.UTF_8));

  @GetMapping("/openapi.json")
  ResponseEntity<byte[]> document() {
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(document);
  }

  @GetMapping("/docs")
  ResponseEntity<byte[]> page() {
    return ResponseEntity.ok()
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .header("Content-Security-Policy", policy)
        .body(page);
  }

  private static String policy(String html) {
    return "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        + "style-src 'sha256-%s'; script-src 'sha256-%s'"
            .formatted(hashOf(html, "style"), hashOf(html, "script"));
  }

  private static String hashOf(String html, String element) {
    int start = html.indexOf("<" + element + ">") + element.length() + 2;
    byte[] text =
        html.substring(start, html.indexOf("</" + element + ">", start))
            .getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(Sha2.sha256(text));
  }

  private static byte[] resource(String name) {
    try (InputStream in =
        HttpDocsController.class.getResourceAsStream("/pqsigner/gateway/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
