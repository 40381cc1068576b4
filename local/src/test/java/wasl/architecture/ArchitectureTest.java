package wasl.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Keeps the rooms apart: functions → layers/aws → layers/core; `local` may use all, and nothing
/// uses `local`.
class ArchitectureTest {
  private static JavaClasses core;
  private static JavaClasses aws;
  private static JavaClasses functions;
  private static JavaClasses all;

  @BeforeAll
  static void read() throws IOException {
    var root = Path.of("..").toAbsolutePath().normalize();
    var ofCore = root.resolve("layers/core/target/classes");
    var ofAws = root.resolve("layers/aws/target/classes");
    var handlers = new ArrayList<Path>();
    try (var folders = Files.newDirectoryStream(root.resolve("functions"))) {
      for (var folder : folders) {
        if (Files.isDirectory(folder.resolve("target/classes"))) {
          handlers.add(folder.resolve("target/classes"));
        }
      }
    }
    var everything = new ArrayList<>(handlers);
    everything.addAll(List.of(ofCore, ofAws, root.resolve("local/target/classes")));
    all = new ClassFileImporter().importPaths(everything);
    core = of(List.of(ofCore));
    aws = of(List.of(ofAws));
    functions = of(handlers);
  }

  private static JavaClasses of(List<Path> folders) {
    return all.that(
        DescribedPredicate.describe(
            "of " + folders,
            (JavaClass type) ->
                type.getSource()
                    .filter(
                        source -> folders.stream().anyMatch(Path.of(source.getUri())::startsWith))
                    .isPresent()));
  }

  @Test
  void every_room_was_read() {
    assertThat(core).hasSizeGreaterThan(30);
    assertThat(aws).hasSizeGreaterThan(10);
    assertThat(functions).hasSizeGreaterThan(5);
  }

  @Test
  void core_knows_no_aws_no_lambda_and_none_of_the_other_rooms() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "software.amazon.awssdk..",
            "com.amazonaws..",
            "org.crac..",
            "wasl.aws..",
            "wasl.function..",
            "wasl.local..")
        .check(core);
  }

  @Test
  void core_reads_no_environment_and_no_clock_of_its_own() {
    noClasses()
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .check(core);
  }

  @Test
  void the_packages_of_core_form_no_cycle() {
    slices().matching("wasl.(*)..").should().beFreeOfCycles().check(core);
  }

  @Test
  void layers_see_neither_functions_nor_the_local_runtime() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("wasl.function..", "wasl.local..")
        .check(aws);
    noClasses().should().dependOnClassesThat().resideInAPackage("wasl.local..").check(functions);
  }

  @Test
  void functions_never_see_each_other() {
    slices().matching("wasl.function.(*)..").should().notDependOnEachOther().check(functions);
  }

  @Test
  void no_static_is_mutable() {
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should(beFinal())
        .check(all);
    fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(JavaModifier.SYNTHETIC)
        .should()
        .notHaveRawType(MUTABLE)
        .check(all);
  }

  /// Types that say by themselves that their content changes. `Map`, `List` and `Set` are meant to
  /// hold `Map.of` and the like.
  private static final DescribedPredicate<JavaClass> MUTABLE =
      new DescribedPredicate<>("a mutable type") {
        @Override
        public boolean test(JavaClass type) {
          boolean concrete = !type.isInterface();
          return type.getPackageName().equals("java.util.concurrent.atomic")
              || type.isEquivalentTo(StringBuilder.class)
              || (concrete && type.isAssignableTo(Map.class))
              || (concrete && type.isAssignableTo(Collection.class))
              || type.getName().equals("java.util.concurrent.ConcurrentMap")
              || Set.of("java.util.Random", "java.lang.ThreadLocal").contains(type.getName());
        }
      };
}
