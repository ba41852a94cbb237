package pqsigner.image.oci;

import java.util.ArrayList;
import java.util.List;
import pqsigner.image.input.Json;
import pqsigner.image.input.RefusedException;
import pqsigner.image.input.RefusedException.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Fields that must be there. Others may be too: the format lets anyone add some.
///
/// @param what is read, for people
record OciJson(String what, JsonNode node) {

  static OciJson parse(String what, byte[] json) throws RefusedException {
    try {
      return object(what, Json.parse(json));
    } catch (JacksonException e) {
      throw new RefusedException(Reason.OCI_MALFORMED, what + " is not one JSON value", e);
    }
  }

  private static OciJson object(String what, JsonNode node) throws RefusedException {
    if (!node.isObject()) {
      throw new RefusedException(Reason.OCI_MALFORMED, what + " is no object");
    }
    return new OciJson(what, node);
  }

  boolean has(String field) {
    return node.has(field);
  }

  OciJson object(String field) throws RefusedException {
    return object(what + "'s " + field, node.path(field));
  }

  String text(String field) throws RefusedException {
    JsonNode value = node.path(field);
    if (!value.isString()) {
      throw new RefusedException(Reason.OCI_MALFORMED, what + "'s " + field + " is no text");
    }
    return value.stringValue();
  }

  long size(String field) throws RefusedException {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw new RefusedException(Reason.OCI_MALFORMED, what + "'s " + field + " is no size");
    }
    return value.longValue();
  }

  List<OciJson> objects(String field, int most) throws RefusedException {
    List<OciJson> objects = new ArrayList<>();
    for (JsonNode each : list(field, most)) {
      objects.add(object("a part of " + what, each));
    }
    return objects;
  }

  List<String> texts(String field, int most) throws RefusedException {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list(field, most)) {
      if (!each.isString()) {
        throw new RefusedException(Reason.OCI_MALFORMED, what + "'s " + field + " has no text");
      }
      texts.add(each.stringValue());
    }
    return texts;
  }

  private JsonNode list(String field, int most) throws RefusedException {
    JsonNode list = node.path(field);
    if (!list.isArray()) {
      throw new RefusedException(Reason.OCI_MALFORMED, what + "'s " + field + " is no list");
    }
    if (list.size() > most) {
      throw new RefusedException(
          Reason.INPUT_TOO_LARGE, what + " has more than " + most + " " + field);
    }
    return list;
  }
}
