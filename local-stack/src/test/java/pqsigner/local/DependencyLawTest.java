package pqsigner.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.local", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyLawTest {

  @ArchTest
  static final ArchRule theSimulatedEnclaveNeedsNothingThatTheEnclaveDoesNotHave =
      classes()
          .that()
          .resideInAPackage("pqsigner.local.enclave")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax..",
              "org.jspecify.annotations",
              "pqsigner.local.enclave",
              "pqsigner.local.pki",
              "pqsigner.local.process",
              "pqsigner.enclave..",
              "pqsigner.attestation..",
              "pqsigner.protocol..");

  @ArchTest
  static final ArchRule readingCertificatesNeedsNoLibrary =
      classes()
          .that()
          .haveFullyQualifiedName("pqsigner.local.pki.Pem")
          .or()
          .resideInAPackage("pqsigner.local.process")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax..",
              "org.jspecify.annotations",
              "pqsigner.local.pki",
              "pqsigner.local.process");

  @ArchTest
  static final ArchRule partsDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAnyPackage(
              "pqsigner.local.kafka",
              "pqsigner.local.dynamodb",
              "pqsigner.local.registry",
              "pqsigner.local.kms",
              "pqsigner.local.enclave",
              "pqsigner.local.pki",
              "pqsigner.local.process")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.local");

  @ArchTest
  static final ArchRule theStandInHasNoClientOfTheServiceItStandsInFor =
      noClasses().should().dependOnClassesThat().resideInAPackage("software.amazon.awssdk..");
}
