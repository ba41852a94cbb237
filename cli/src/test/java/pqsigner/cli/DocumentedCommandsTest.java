package pqsigner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every command that the README or a page of docs tells people to type is one that there is, with
/// options that it has.
class DocumentedCommandsTest {
  private static final Pattern LINE = Pattern.compile("(?m)^ *bin/pq-signer (.+)$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  private static List<String> documented() throws IOException {
    List<String> commands = new ArrayList<>();
    List<Path> pages;
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      pages = files.filter(file -> file.toString().endsWith(".md")).toList();
    }
    for (Path page : Stream.concat(Stream.of(Path.of("../README.md")), pages.stream()).toList()) {
      LINE.matcher(Files.readString(page)).results().forEach(line -> commands.add(line.group(1)));
    }
    return commands;
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command.replaceFirst(" +#.*", ""));
    while (matcher.find()) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    return words.toArray(String[]::new);
  }

  @Test
  void everyDocumentedCommandCanBeTyped() throws IOException {
    assertThat(documented()).hasSizeGreaterThan(12);
    for (String command : documented()) {
      PrintWriter nowhere = new PrintWriter(new StringWriter());
      assertThatCode(() -> PqSignerMain.commandLine(nowhere, nowhere).parseArgs(words(command)))
          .as(command)
          .doesNotThrowAnyException();
    }
  }
}
