package pqsigner.events;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.events", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyLawTest {

  @ArchTest
  static final ArchRule contractsNeedOnlyAvroAndKafkaAndAJsonParser =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl",
              "org.jspecify.annotations",
              "pqsigner.events..",
              "org.apache.avro..",
              "org.apache.kafka.common..",
              "org.apache.kafka.clients.consumer",
              "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule onlyWhoPollsKnowsConsumers =
      noClasses()
          .that()
          .resideOutsideOfPackage("pqsigner.events.poll")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.clients..");

  @ArchTest
  static final ArchRule namesDoNotKnowHowRecordsAreEncoded =
      noClasses()
          .that()
          .resideInAPackage("pqsigner.events")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("pqsigner.events.wire", "pqsigner.events.avro");
}
