package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/errors.md` has every code, in the registry's order, with its status and what helps.
final class ErrorsPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^(\\| `[a-z_]+` \\| \\d{3} \\| `[a-z_]+` \\|) \\S.* \\| \\S.* \\|$");

  @Test
  void thePageHasEveryCode() throws IOException {
    assertThat(ROW.matcher(Files.readString(Path.of("../../docs/errors.md"))).results())
        .map(row -> row.group(1))
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorsPageTest::row).toList());
  }

  private static String row(ErrorCode code) {
    return "| `%s` | %d | `%s` |".formatted(code.code(), code.httpStatus(), code.retry().label());
  }
}
