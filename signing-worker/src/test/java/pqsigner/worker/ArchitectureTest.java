package pqsigner.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theWorkerHasNoDatabase =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("..dynamodb..");

  @ArchTest
  static final ArchRule onlyCredentialsAndWiringKnowAws =
      noClasses()
          .that()
          .resideOutsideOfPackages("pqsigner.worker.credentials", "pqsigner.worker.config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule theKmsIsTheEnclavesBusiness =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("software.amazon..kms..");

  @ArchTest
  static final ArchRule planningABatchIsPure =
      classes()
          .that()
          .resideInAPackage("pqsigner.worker.batch")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "org.apache.avro..",
              "pqsigner.events..",
              "pqsigner.protocol",
              "pqsigner.worker.batch");

  @ArchTest
  static final ArchRule theEnclavesClientKnowsNeitherKafkaNorSpring =
      noClasses()
          .that()
          .resideInAnyPackage("pqsigner.worker.enclave", "pqsigner.worker.credentials")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.springframework..");

  @ArchTest
  static final ArchRule onlyWiringKnowsSpringBoot =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "pqsigner.worker", "pqsigner.worker.config", "pqsigner.worker.health")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.boot..");

  @ArchTest
  static final ArchRule nobodyReachesIntoTheWiring =
      noClasses()
          .that()
          .resideOutsideOfPackages("pqsigner.worker", "pqsigner.worker.config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.worker.config");

  @ArchTest
  static final ArchRule roomsDoNotDependOnEachOtherInCircles =
      slices().matching("pqsigner.worker.(**)").should().beFreeOfCycles();
}
