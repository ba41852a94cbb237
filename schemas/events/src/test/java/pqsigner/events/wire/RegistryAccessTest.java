package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryAccessTest {

  private static Map<String, String> url(String url) {
    return Map.of(WireConfig.URL, url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8081",
        "http://127.3.2.1",
        "http://localhost:8081/apis/ccompat/v7",
        "http://[::1]:8081",
        "https://user:s3cret@registry.example.com",
        "https://user:s3cret@one, https://user:s3cret@two"
      })
  void isTaken(String url) {
    assertThat(RegistryAccess.complaint(url(url))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://registry:8081",
        "http://user:s3cret@registry",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1, http://registry",
        "https://one, http://two",
        "https://registry.example.com",
        "https://user:s3cret@one, https://two",
        "https://s3cret bad"
      })
  void isRefusedWithoutQuotingAPassword(String url) {
    assertThat(RegistryAccess.complaint(url(url)))
        .hasValueSatisfying(complaint -> assertThat(complaint).doesNotContain("s3cret"));
  }

  @Test
  void aUserOrACertificateIsACredential() {
    String https = "https://registry.example.com";
    assertThat(
            RegistryAccess.complaint(
                Map.of(WireConfig.URL, https, WireConfig.AUTH_USER_INFO, "user:s3cret")))
        .isEmpty();
    assertThat(
            RegistryAccess.complaint(
                Map.of(WireConfig.URL, https, "schema.registry.ssl.keystore.location", "/tls/k")))
        .isEmpty();
  }
}
