package pqsigner.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalEnvTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost:8443",
        "/a/plain/path-1.crt",
        "/with space/and 'quotes'/and \"more\"/ca.crt",
        "$HOME/`id`/$(id)/;x&y|z",
        "",
      })
  void aShellReadsBackWhatWasWritten(String value) throws Exception {
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "V=" + LocalEnv.quoted(value) + "; printf %s \"$V\"")
            .redirectErrorStream(true)
            .start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(read).isEqualTo(value);
  }
}
