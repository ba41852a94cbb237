package pqsigner.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.image", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /// Of the enclave it needs the configuration's measurement and nothing that runs.
  @ArchTest
  static final ArchRule littleElse =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "tools.jackson..",
              "pqsigner.attestation..",
              "pqsigner.enclave.boot",
              "pqsigner.image..");

  @ArchTest
  static final ArchRule onlyTheConfigurationAndEnvironmentOfTheEnclave =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "pqsigner\\.enclave\\.boot\\.(?!EnclaveConfiguration|ConfigurationException|FreedMemory).*");

  @ArchTest
  static final ArchRule noNetwork =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net..", "java.nio.channels..");

  @ArchTest
  static final ArchRule onlyTheEdgeWiresThemTogether =
      slices().matching("pqsigner.image.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noRoomKnowsTheEdge =
      noClasses()
          .that()
          .resideInAPackage("pqsigner.image.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.image");

  @ArchTest
  static final ArchRule timeIsNoInput =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.time..")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
