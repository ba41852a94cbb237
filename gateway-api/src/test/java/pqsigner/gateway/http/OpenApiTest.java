package pqsigner.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.replay.ReplayAction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The published document says what the code does: paths, fields, codes, states, and nothing else.
class OpenApiTest {

  private static final JsonNode API = read();

  @Test
  void itsPathsAndMethodsAreTheHandlers() {
    Set<String> handlers = new TreeSet<>();
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("pqsigner.gateway")
            .stream()
            .flatMap(type -> Arrays.stream(type.reflect().getDeclaredMethods()))
            .forEach(method -> handlers.addAll(mappings(method)));
    Set<String> documented = new TreeSet<>();
    for (String path : API.path("paths").propertyNames()) {
      for (String method : API.path("paths").path(path).propertyNames()) {
        documented.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    assertThat(documented).isEqualTo(handlers);
  }

  private static List<String> mappings(Method method) {
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
    List<String> all = new ArrayList<>();
    if (mapping != null) {
      for (var verb : mapping.method()) {
        for (String path : mapping.path()) {
          all.add(verb + " " + path);
        }
      }
    }
    return all;
  }

  @Test
  void itsCodesAreTheRegistry() {
    assertThat(strings(schema("Code").path("enum")))
        .containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
  }

  @Test
  void whatHelpsIsWhatACodeMaySay() {
    assertThat(strings(schema("Retry").path("enum")))
        .containsExactlyElementsOf(Arrays.stream(Retry.values()).map(Retry::label).toList());
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(Problem.of(code, "detail", null).retry()).isEqualTo(code.retry().label());
    }
    assertThat(strings(schema("Acted").path("properties").path("action").path("enum")))
        .containsExactlyElementsOf(
            Arrays.stream(ReplayAction.values()).map(ReplayAction::label).toList());
  }

  @Test
  void everyCodeStandsUnderItsStatus() {
    for (JsonNode path : API.path("paths")) {
      for (JsonNode operation : path) {
        for (String status : operation.path("responses").propertyNames()) {
          String description =
              operation.path("responses").path(status).path("description").asString();
          if (description.startsWith("One of: ")) {
            for (String code : description.substring(8).split(", ", -1)) {
              assertThat(ErrorCode.of(code)).as(code).isPresent();
              assertThat(ErrorCode.of(code).orElseThrow().httpStatus())
                  .as(code)
                  .isEqualTo(Integer.parseInt(status));
            }
          }
        }
      }
    }
  }

  /// A status without a code of its own stands where the web server refuses what it cannot read.
  @Test
  void otherStatusesAreMalformedRequests() {
    Set<Integer> own =
        Arrays.stream(ErrorCode.values()).map(ErrorCode::httpStatus).collect(Collectors.toSet());
    for (JsonNode path : API.path("paths")) {
      for (JsonNode operation : path) {
        for (String status : operation.path("responses").propertyNames()) {
          if (Integer.parseInt(status) >= 400 && !own.contains(Integer.valueOf(status))) {
            assertThat(HttpStatuses.codeOf(Integer.parseInt(status)))
                .isEqualTo(ErrorCode.MALFORMED_REQUEST);
            assertThat(operation.path("responses").path(status).path("description").asString())
                .startsWith("As malformed_request: ");
          }
        }
      }
    }
  }

  @Test
  void itsStatesAndAlgorithmsAreTheOnesOfTheCode() {
    assertThat(strings(schema("State").path("enum")))
        .containsExactlyElementsOf(
            Arrays.stream(RequestState.values()).map(RequestState::name).toList());
    assertThat(strings(schema("Algorithm").path("enum")))
        .containsExactlyElementsOf(
            Arrays.stream(Algorithm.values()).map(Algorithm::label).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "Signature, pqsigner.gateway.admission.http.AnswerBody$Signature",
    "GeneratedKey, pqsigner.gateway.admission.http.AnswerBody$GeneratedKey",
    "KeyList, pqsigner.gateway.keys.http.KeyListBody",
    "ListedKey, pqsigner.gateway.keys.http.KeyListBody$Listed",
    "Jwk, pqsigner.gateway.keys.http.KeyFormat$Jwk",
    "JwkSet, pqsigner.gateway.keys.http.KeyFormat$JwkSet",
    "Pending, pqsigner.gateway.admission.http.AnswerBody$Pending",
    "Request, pqsigner.gateway.admission.http.AnswerBody$Recorded",
    "Keys, pqsigner.gateway.keys.http.KeyBody$Keys",
    "Key, pqsigner.gateway.keys.http.KeyBody",
    "Job, pqsigner.gateway.replay.http.JobBody$Job",
    "DeadLetterPlace, pqsigner.gateway.replay.http.JobBody$Place",
    "ReplayLine, pqsigner.gateway.replay.http.JobBody$Line",
    "Jobs, pqsigner.gateway.replay.http.JobBody$Jobs",
    "Acted, pqsigner.gateway.replay.http.JobBody$Acted",
    "Replayed, pqsigner.gateway.replay.http.JobBody$Replayed",
    "Custodian, pqsigner.gateway.custodian.http.CustodianBody$Custodian",
    "Custodians, pqsigner.gateway.custodian.http.CustodianBody$Custodians",
    "Problem, pqsigner.gateway.http.Problem"
  })
  void itsAnswersHaveTheFieldsOfTheRecords(String schema, Class<?> record) {
    assertThat(new LinkedHashSet<>(schema(schema).path("properties").propertyNames()))
        .containsExactlyElementsOf(
            Arrays.stream(record.getRecordComponents()).map(OpenApiTest::snakeCase).toList());
    for (RecordComponent component : record.getRecordComponents()) {
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      assertThat(strings(schema(schema).path("required")).contains(snakeCase(component)))
          .as(component.getName() + " is required")
          .isEqualTo(!nullable);
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (JsonNode reference : API.findValues("$ref")) {
      String pointer = reference.asString().substring(1);
      assertThat(API.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  private static String snakeCase(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static JsonNode schema(String name) {
    return API.path("components").path("schemas").path(name);
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  private static JsonNode read() {
    try (InputStream in = OpenApiTest.class.getResourceAsStream("/pqsigner/gateway/openapi.json")) {
      return JsonMapper.builder().build().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
