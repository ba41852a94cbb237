package pqsigner.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.kafka", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /// It knows neither who uses it nor what the records mean.
  @ArchTest
  static final ArchRule littleElse =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "io.micrometer.core..",
              "org.apache.kafka..",
              "org.jspecify..",
              "org.slf4j..",
              "org.springframework..",
              "pqsigner.events",
              "pqsigner.events.poll",
              "pqsigner.kafka");
}
