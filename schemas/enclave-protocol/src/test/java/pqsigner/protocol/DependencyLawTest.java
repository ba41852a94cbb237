package pqsigner.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "pqsigner.protocol",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyLawTest {

  @ArchTest
  static final ArchRule thisIsInTheEnclaveAndNeedsOnlyTheJdk =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify.annotations", "pqsigner.protocol..");

  @ArchTest
  static final ArchRule framesDoNotKnowWhatTheyTravelOver =
      noClasses()
          .that()
          .resideInAPackage("pqsigner.protocol")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.protocol.transport");

  @ArchTest
  static final ArchRule nothingIsReachedByReflection =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.lang.reflect");

  @ArchTest
  static final ArchRule onlyOneClassCallsTheCLibrary =
      noClasses()
          .that()
          .doNotHaveSimpleName("Libc")
          .and()
          .haveNameNotMatching(".*\\.Libc\\$.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign");
}
