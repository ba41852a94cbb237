package pqsigner.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import pqsigner.gateway.custodian.Caller;

/// Who may know whom: `edge -> feature -> domain`, and nobody here knows a KMS.
@AnalyzeClasses(packages = "pqsigner.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyLawTest {

  private static final String HTTP = "..http..";
  private static final String KAFKA = "..kafka..";
  private static final String DYNAMODB = "..dynamodb..";

  @ArchTest
  static final ArchRule theGatewayKnowsNoKms =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "software.amazon.awssdk.services.kms..", "pqsigner.enclave..", "pqsigner.protocol..");

  @ArchTest
  static final ArchRule onlyTheDynamoEdgeKnowsTheDatabase =
      noClasses()
          .that(not(resideInAnyPackage(DYNAMODB)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule onlyHttpEdgesKnowServletsAndJson =
      noClasses()
          .that(not(resideInAnyPackage(HTTP)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.servlet..",
              "org.springframework.web..",
              "org.springframework.http..",
              "org.apache.catalina..",
              "tools.jackson..");

  @ArchTest
  static final ArchRule onlyKafkaEdgesKnowKafka =
      noClasses()
          .that(not(resideInAnyPackage(KAFKA)).and(not(annotatedWith(Configuration.class))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..", "org.springframework.kafka..", "pqsigner.kafka..");

  @ArchTest
  static final ArchRule theUseCaseKnowsNoEdge =
      noClasses()
          .that()
          .resideInAPackage("pqsigner.gateway.admission")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "pqsigner.gateway..http..",
                  "pqsigner.gateway..kafka..",
                  "pqsigner.gateway..dynamodb..",
                  "pqsigner.gateway.replies..",
                  "pqsigner.gateway.results..",
                  "pqsigner.gateway.recovery..",
                  "pqsigner.gateway.replay..",
                  "pqsigner.gateway.readiness..",
                  "pqsigner.gateway.waiting.."));

  @ArchTest
  static final ArchRule theDomainKnowsNoFeature =
      noClasses()
          .that(
              resideInAnyPackage(
                  "pqsigner.gateway.ledger", "pqsigner.gateway.keys", "pqsigner.gateway.custodian"))
          .should()
          .dependOnClassesThat(
              resideInAPackage("pqsigner.gateway..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "pqsigner.gateway.ledger",
                              "pqsigner.gateway.keys",
                              "pqsigner.gateway.custodian"))));

  @ArchTest
  static final ArchRule theEdgesOfAdmissionDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("pqsigner.gateway.admission.http")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("pqsigner.gateway.admission.kafka", "pqsigner.gateway.kafka");

  @ArchTest
  static final ArchRule theKafkaEdgeDoesNotKnowHttp =
      noClasses()
          .that()
          .resideInAPackage(KAFKA)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("pqsigner.gateway..http..");

  @ArchTest
  static final ArchRule onlyConfigurationsWire =
      classes()
          .that()
          .areAnnotatedWith(Configuration.class)
          .should()
          .haveSimpleNameEndingWith("Configuration");

  /// The one handler without a caller is the documentation: open to everybody who gets this far.
  @ArchTest
  static final ArchRule everyHandlerNamesTheCallerItServes =
      methods()
          .that()
          .areMetaAnnotatedWith(RequestMapping.class)
          .or()
          .areAnnotatedWith(GetMapping.class)
          .or()
          .areAnnotatedWith(PostMapping.class)
          .or()
          .areAnnotatedWith(PutMapping.class)
          .or()
          .areAnnotatedWith(PatchMapping.class)
          .or()
          .areAnnotatedWith(DeleteMapping.class)
          .should(takeACaller());

  private static ArchCondition<JavaMethod> takeACaller() {
    return new ArchCondition<>("take a Caller") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean takes =
            method.getRawParameterTypes().stream()
                .anyMatch(type -> type.isAssignableTo(Caller.class));
        boolean open = method.getOwner().getSimpleName().equals("HttpDocsController");
        events.add(new SimpleConditionEvent(method, takes || open, method.getFullName()));
      }
    };
  }
}
