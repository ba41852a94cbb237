package pqsigner.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// How answers are written: snake_case, in the order of the record, absent rather than null, bytes
/// as RFC 4648 base64 with padding, times as RFC 3339.
public final class HttpJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(Include.NON_NULL))
          .build();

  private HttpJson() {}

  public static byte[] write(Object body) {
    return MAPPER.writeValueAsBytes(body);
  }
}
