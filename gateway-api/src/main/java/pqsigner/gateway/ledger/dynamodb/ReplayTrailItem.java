package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.textOrNull;
import static pqsigner.gateway.dynamodb.Attributes.time;
import static pqsigner.gateway.dynamodb.Attributes.timeOrNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.Replay;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The audit trail as a list of maps.
final class ReplayTrailItem {

  private ReplayTrailItem() {}

  static AttributeValue line(Replay replay) {
    Map<String, AttributeValue> line = new HashMap<>();
    if (replay.by() instanceof Replay.By.Operator(String name)) {
      line.put("operator", text(name));
    }
    line.put("at", time(replay.at()));
    RequestItem.putTime(line, "deadline", replay.extendedDeadline());
    return AttributeValue.fromM(line);
  }

  static List<Replay> read(@Nullable AttributeValue trail) {
    return trail == null
        ? List.of()
        : trail.l().stream()
            .map(AttributeValue::m)
            .map(m -> new Replay(by(m), time(m, "at"), timeOrNull(m, "deadline")))
            .toList();
  }

  private static Replay.By by(Map<String, AttributeValue> line) {
    String operator = textOrNull(line, "operator");
    return operator == null ? new Replay.By.Owner() : new Replay.By.Operator(operator);
  }
}
