package pqsigner.topics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.topics", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyLawTest {

  @ArchTest
  static final ArchRule whatHoldsAnAdministratorsKeyKnowsNothingOfALocalStack =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify.annotations",
              "org.apache.kafka.clients..",
              "org.apache.kafka.common..",
              "picocli..",
              "pqsigner.events..",
              "pqsigner.topics..");

  @ArchTest
  static final ArchRule onlyTheProgramParsesACommandLine =
      classes()
          .that()
          .doNotHaveSimpleName("TopicsMain")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("picocli..");
}
