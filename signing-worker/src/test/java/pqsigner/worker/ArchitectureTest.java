package pqsigner.worker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@AnalyzeClasses(packages = "pqsigner.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  /// Each feature's `...Configuration`, and the settings that it reads.
  private static final DescribedPredicate<JavaClass> WIRING =
      DescribedPredicate.describe(
          "wiring",
          type ->
              type.isAnnotatedWith(Configuration.class)
                  || type.isAnnotatedWith(ConfigurationProperties.class)
                  || type.getEnclosingClass()
                      .filter(o -> o.isAnnotatedWith(Configuration.class))
                      .isPresent());

  @ArchTest
  static final ArchRule theWorkerHasNoDatabase =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("..dynamodb..");

  @ArchTest
  static final ArchRule onlyCredentialsKnowAws =
      noClasses()
          .that()
          .resideOutsideOfPackage("pqsigner.worker.credentials")
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
              "pqsigner.worker.batch",
              "pqsigner.worker.exchange");

  /// Each room uses those below it: Kafka's edge, the batch beside the enclave's client, and what
  /// these two exchange.
  @ArchTest
  static final ArchRule arrowsPointDown =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("pqsigner.worker..")
          .layer("edge")
          .definedBy("pqsigner.worker.batch.kafka", "pqsigner.worker.health")
          .layer("batch")
          .definedBy("pqsigner.worker.batch")
          .layer("enclave")
          .definedBy("pqsigner.worker.enclave")
          .layer("exchange")
          .definedBy("pqsigner.worker.exchange")
          .whereLayer("edge")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("batch")
          .mayOnlyBeAccessedByLayers("edge")
          .whereLayer("enclave")
          .mayOnlyBeAccessedByLayers("edge")
          .whereLayer("exchange")
          .mayOnlyBeAccessedByLayers("edge", "batch", "enclave")
          .whereLayer("exchange")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule theEnclavesClientKnowsNeitherKafkaNorSpring =
      noClasses()
          .that()
          .resideInAnyPackage("pqsigner.worker.enclave", "pqsigner.worker.credentials")
          .and(not(WIRING))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.springframework..");

  @ArchTest
  static final ArchRule onlyWiringKnowsSpringBoot =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "pqsigner.worker", "pqsigner.worker.health", "pqsigner.worker.kafka")
          .and(not(WIRING))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.springframework.boot..");

  @ArchTest
  static final ArchRule nobodyReachesIntoTheWiring =
      noClasses()
          .that(not(WIRING))
          .should()
          .dependOnClassesThat()
          .areAnnotatedWith(Configuration.class);

  @ArchTest
  static final ArchRule onlyConfigurationsWire =
      classes()
          .that()
          .areAnnotatedWith(Configuration.class)
          .should()
          .haveSimpleNameEndingWith("Configuration");

  @ArchTest
  static final ArchRule roomsDoNotDependOnEachOtherInCircles =
      slices().matching("pqsigner.worker.(**)").should().beFreeOfCycles();
}
