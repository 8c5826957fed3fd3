package tasknet.devtools;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("tasknet");

  private static final String DISPATCHER = "tasknet.dispatcher.";
  private static final Pattern NULL_MARKED =
      Pattern.compile("@(org\\.jspecify\\.annotations\\.)?NullMarked");
  private static final Pattern EMPTY_NAMES =
      Pattern.compile("(.*[a-z])?(Managers?|Helpers?|Utils?|Impl|Processors?)");
  private static final Pattern EMPTY_PACKAGES =
      Pattern.compile(".*\\.(utils?|helpers?|impl|models?|services?|managers?|misc)(\\..*)?");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api      | task store dispatch retention schedule events trace",
        "callback | task store",
        "retention | task store",
        "dispatch | task store queue exchange lookup trace",
        "events   | ''",
        "exchange | task trace",
        "lookup   | ''",
        "queue    | task",
        "schedule | task store",
        "store    | task",
        "task     | ''",
        "trace    | ''",
        "wal      | task store"
      })
  void aPackageOfTheDispatcherKnowsOnlyThoseBelowIt(String from, String known) {
    knowsOnly(DISPATCHER, from, known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attention  | ''",
        "containers | attention",
        "history    | live containers",
        "live       | attention containers",
        "logs       | ''",
        "web        | ''"
      })
  void aPackageOfMonitoringKnowsOnlyThoseBelowIt(String from, String known) {
    knowsOnly("tasknet.monitoring.", from, known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store    | tasknet.http tasknet.wire",
        "dispatch | tasknet.http",
        "retention | tasknet.http tasknet.wire",
        "queue    | tasknet.http tasknet.wire tasknet.registry",
        "lookup   | tasknet.wire",
        "schedule | tasknet.http tasknet.wire tasknet.registry",
        "callback | tasknet.wire tasknet.registry",
        "exchange | tasknet.http",
        "trace    | tasknet.http tasknet.wire",
        "wal      | tasknet.http tasknet.wire"
      })
  void aPackageOfTheDispatcherStaysOutOfTheOthersTrade(String from, String unknown) {
    noClasses()
        .that()
        .resideInAPackage(DISPATCHER + from)
        .should()
        .dependOnClassesThat(resideInAnyPackage(unknown.split(" ")))
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatcher", "nameservice", "worker", "monitoring"})
  void aServiceKnowsNoOtherModuleButCommon(String service) {
    noClasses()
        .that()
        .resideInAPackage("tasknet." + service + "..")
        .should()
        .dependOnClassesThat(
            modules().and(DescribedPredicate.not(resideInAPackage("tasknet." + service + ".."))))
        .check(CLASSES);
  }

  @Test
  void commonAndTheClientKnowNoService() {
    noClasses()
        .that(
            DescribedPredicate.not(modules())
                .or(resideInAnyPackage("tasknet.client..", "tasknet.cli..")))
        .should()
        .dependOnClassesThat(
            modules()
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage("tasknet.client..", "tasknet.cli.."))))
        .check(CLASSES);
    noClasses()
        .that(DescribedPredicate.not(modules()))
        .should()
        .dependOnClassesThat(modules())
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("tasknet.client..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tasknet.cli..")
        .check(CLASSES);
  }

  @Test
  void theTaskModelKnowsOnlyTheJdk() {
    classes()
        .that()
        .resideInAPackage("tasknet.runtime")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "tasknet.runtime")
        .check(CLASSES);
    classes()
        .that()
        .resideInAPackage("tasknet.task")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "tasknet.task", "tasknet.runtime")
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasknet.dispatcher", "tasknet.worker", "tasknet.monitoring"})
  void onlyTheWiringSeesTheWholeModule(String root) {
    noClasses()
        .that()
        .resideInAPackage(root + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root)
        .check(CLASSES);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching("tasknet.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.sql.. javax.sql.. org.sqlite..   | tasknet.dispatcher.store",
        "com.cronutils..                       | tasknet.dispatcher.schedule",
        "picocli..                             | tasknet.cli tasknet.devtools",
        "org.jline..                           | tasknet.cli",
        "com.github.dockerjava..               | tasknet.monitoring.containers",
        "io.opentelemetry..                    | tasknet.tracing",
        "com.google.re2j..                     | tasknet.monitoring.logs",
        "ch.qos.logback..                      | tasknet.logging"
      })
  void aLibraryIsKnownWhereItsTradeIs(String library, String packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages.split(" "))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library.split(" "))
        .check(CLASSES);
  }

  @Test
  void onlyTheHttpPackageAndTheApisKnowJavalin() {
    noClasses()
        .that(
            DescribedPredicate.not(
                resideInAPackage("tasknet.http").or(simpleNameEndingWith("Api"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
        .check(CLASSES);
  }

  @Test
  void onlyTheUdpLinkOpensDatagramSockets() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("tasknet.wire.UdpLink")
        // It only asks the system for a route, and sends nothing.
        .and()
        .doNotHaveFullyQualifiedName("tasknet.registry.LocalAddress")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.net.DatagramSocket")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.nio.channels.DatagramChannel")
        .check(CLASSES);
  }

  @Test
  void onlyAProgramReadsItsEnvironment() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Main")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void aLoggerIsGivenAndNotLookedUp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("tasknet.logging")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.slf4j.LoggerFactory")
        .check(CLASSES);
  }

  @Test
  void aNameSaysWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching("(.*\\.)?" + EMPTY_NAMES.pattern() + "(\\$.*)?")
        .orShould(
            com.tngtech.archunit.lang.conditions.ArchConditions.haveNameMatching(
                EMPTY_PACKAGES.pattern()))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (Path source : Documents.files(".java")) {
      if (source.toString().matches(".*/src/(main|test)/java/tasknet/.*")) {
        folders.add(source.getParent());
      }
    }
    assertThat(folders)
        .isNotEmpty()
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .isRegularFile()
                    .satisfies(
                        file -> assertThat(Files.readString(file)).containsPattern(NULL_MARKED)));
  }

  private static void knowsOnly(String module, String from, String known) {
    String[] below =
        Arrays.stream((from + ' ' + known).split(" "))
            .filter(name -> !name.isEmpty())
            .map(name -> module + name)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(module + from)
        .should()
        .dependOnClassesThat(
            resideInAPackage(module + '.').and(DescribedPredicate.not(resideInAnyPackage(below))))
        .check(CLASSES);
  }

  /** What runs or starts; the rest is common. */
  private static DescribedPredicate<JavaClass> modules() {
    return resideInAnyPackage(
        "tasknet.client..",
        "tasknet.cli..",
        "tasknet.dispatcher..",
        "tasknet.nameservice..",
        "tasknet.worker..",
        "tasknet.monitoring..",
        "tasknet.devtools..");
  }
}
