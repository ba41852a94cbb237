package pqsigner.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Who may use what.
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("pqsigner.cli");

  @Test
  void onlyTheDemoAndTheLocalStackKnowTheStack() {
    noClasses()
        .that()
        .resideOutsideOfPackages("pqsigner.cli.demo..", "pqsigner.cli.local..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("pqsigner.local..")
        .check(CLASSES);
  }

  @Test
  void commandsSpeakToTheServiceThroughTheClient() {
    noClasses()
        .that()
        .resideOutsideOfPackage("pqsigner.cli.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "java.net.http..")
        .check(CLASSES);
  }

  @Test
  void commandsAreCalledCommands() {
    classes()
        .that()
        .areAnnotatedWith(picocli.CommandLine.Command.class)
        .and()
        .doNotHaveSimpleName("PqSignerMain")
        .should()
        .haveSimpleNameEndingWith("Command")
        .check(CLASSES);
  }
}
