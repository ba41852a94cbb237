package pqsigner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pqsigner.local.process.LaunchException;

class StackFolderTest {

  @TempDir Path parent;

  @Test
  void itIsForOneStackAtATime() throws IOException {
    Path path = parent.resolve("stack");
    StackFolder first = StackFolder.open(path);
    assertThatThrownBy(() -> StackFolder.open(path))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("another local stack");

    first.release(false);
    StackFolder.open(path).release(false);
  }

  @Test
  void anEarlierStackDoesNotLookLikeThisOne() throws IOException {
    Path path = parent.resolve("stack");
    Files.createDirectories(path.resolve(StackFolder.BROKER_DATA).resolve("topic-0"));
    Files.writeString(path.resolve("local.env"), "PQ_SIGNER_URL=https://gone");
    Files.writeString(path.resolve("gateway.log"), "old");
    Files.writeString(path.resolve("notes.txt"), "somebody's own");

    StackFolder.open(path).release(false);

    try (var files = Files.list(path)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("notes.txt", "local-stack.lock");
    }
  }

  @Test
  void aTemporaryOneIsDeletedUnlessItIsNeeded() throws IOException {
    StackFolder clean = StackFolder.open(null);
    clean.release(false);
    assertThat(clean.path()).doesNotExist();

    StackFolder failed = StackFolder.open(null);
    failed.release(true);
    assertThat(failed.path()).exists();
    StackFolder again = StackFolder.open(failed.path());
    again.release(false);
    Files.delete(failed.path().resolve("local-stack.lock"));
    Files.delete(failed.path());
  }
}
