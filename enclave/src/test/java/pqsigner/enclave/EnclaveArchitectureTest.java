package pqsigner.enclave;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "pqsigner.enclave", importOptions = ImportOption.DoNotIncludeTests.class)
class EnclaveArchitectureTest {

  @ArchTest
  static final ArchRule THE_TRUSTED_BASE_IS_THIS_LIST =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.crypto..",
              "javax.net.ssl..",
              "pqsigner.enclave..",
              "pqsigner.protocol..",
              "pqsigner.attestation..",
              "pqsigner.mldsa..",
              "org.bouncycastle..",
              "org.conscrypt..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule ONLY_SIGNING_KNOWS_BOUNCY_CASTLE =
      noClasses()
          .that()
          .resideOutsideOfPackage("pqsigner.enclave.signing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule ONLY_BOOT_WIRES =
      noClasses()
          .that()
          .resideOutsideOfPackage("pqsigner.enclave.boot..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.enclave.boot..");

  @ArchTest
  static final ArchRule KEYS_DO_NOT_KNOW_WHO_ASKS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "pqsigner.enclave.keys..",
              "pqsigner.enclave.release..",
              "pqsigner.enclave.signing..",
              "pqsigner.enclave.nsm..",
              "pqsigner.enclave.secret..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("pqsigner.enclave.server..");

  @ArchTest
  static final ArchRule THE_LOWER_ROOMS_DO_NOT_KNOW_EACH_OTHER =
      noClasses()
          .that()
          .resideInAnyPackage("pqsigner.enclave.signing..", "pqsigner.enclave.nsm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("pqsigner.enclave.release..", "pqsigner.enclave.keys..");

  @ArchTest
  static final ArchRule NO_REFLECTION =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.lang.reflect..");
}
