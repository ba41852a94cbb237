package pqsigner.gateway.ledger.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.InvalidCursorException;

/// How far a listing has come in each shard of the failed index, as an opaque text: base64url of a
/// line for each shard.
///
/// @param shards as many as [RequestItem#SHARDS]
record FailedCursor(List<Position> shards) {

  /// Where a shard goes on.
  sealed interface Position {

    record Start() implements Position {}

    /// Behind this row of the index.
    record After(long endedAtMs, String id) implements Position {}

    record End() implements Position {}
  }

  private static final String START = "";
  private static final String END = ".";

  static final FailedCursor BEGIN =
      new FailedCursor(Collections.nCopies(RequestItem.SHARDS, new Position.Start()));

  FailedCursor {
    shards = List.copyOf(shards);
  }

  /// Null when every shard has come to its end.
  @Nullable String text() {
    if (shards.stream().allMatch(Position.End.class::isInstance)) {
      return null;
    }
    String lines = shards.stream().map(FailedCursor::line).collect(Collectors.joining("\n"));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(lines.getBytes(UTF_8));
  }

  /// @throws InvalidCursorException when no [#text()] gave it
  static FailedCursor of(@Nullable String text) {
    if (text == null) {
      return BEGIN;
    }
    List<Position> shards = new ArrayList<>();
    try {
      String lines = new String(Base64.getUrlDecoder().decode(text), UTF_8);
      for (String line : lines.split("\n", -1)) {
        shards.add(position(line));
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidCursorException();
    }
    if (shards.size() != RequestItem.SHARDS) {
      throw new InvalidCursorException();
    }
    return new FailedCursor(shards);
  }

  private static String line(Position position) {
    return switch (position) {
      case Position.Start() -> START;
      case Position.After(long endedAtMs, String id) -> endedAtMs + " " + id;
      case Position.End() -> END;
    };
  }

  private static Position position(String line) {
    if (line.equals(START)) {
      return new Position.Start();
    }
    if (line.equals(END)) {
      return new Position.End();
    }
    int blank = line.indexOf(' ');
    if (blank < 1 || blank == line.length() - 1) {
      throw new InvalidCursorException();
    }
    return new Position.After(Long.parseLong(line.substring(0, blank)), line.substring(blank + 1));
  }
}
