package dev.gnomon.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.gnomon.architecture.Modules.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/// The arrows between modules: cli to server to platform to operators; learners, engines and
/// solutions to platform, never to each other; the client to nobody.
///
/// Most of them hold because the poms leave no other way; a rule here says so when a pom opens one.
@AnalyzeClasses(packages = "dev.gnomon", importOptions = Modules.OnlyOurMainClasses.class)
class ModuleRulesTest {

  /// Rules about classes nobody found would pass in silence.
  @ArchTest
  static void theRulesSeeTheModules(JavaClasses classes) {
    for (String folder : List.of("operators", "platform", "solutions", "cli", "client")) {
      assertThat(classes.that(module(folder))).as("classes of " + folder).isNotEmpty();
    }
  }

  @ArchTest
  static final ArchRule operatorsUseNoOtherModule =
      forbidden(
          "operators",
          "client|platform|server|cli|learners|solutions|testkit|engines/[a-z0-9]+",
          "they run inside Spark executors and other applications");

  @ArchTest static final ArchRule operatorsUseNothingButTheJdk = nothingButTheJdk("operators");

  @ArchTest
  static final ArchRule clientUsesNoOtherModule =
      forbidden(
          "client",
          "operators|platform|server|cli|learners|solutions|testkit|engines/[a-z0-9]+",
          "it knows the server by what goes over the wire");

  @ArchTest static final ArchRule clientUsesNothingButTheJdk = nothingButTheJdk("client");

  @ArchTest
  static final ArchRule nobodyUsesTheClient =
      forbidden(
          "(operators|platform|server|cli|learners|solutions|testkit|engines/[a-z0-9]+)",
          "client",
          "it is for the applications of others");

  @ArchTest
  static final ArchRule platformUsesNoModuleAboveIt =
      forbidden(
          "platform",
          "server|cli|learners|solutions|testkit|engines/[a-z0-9]+",
          "engines are found with ServiceLoader, and surfaces come and go");

  @ArchTest
  static final ArchRule serverUsesNoEngineAndNoCommand =
      forbidden(
          "server",
          "cli|learners|solutions|testkit|engines/[a-z0-9]+",
          "only the distribution puts engines on the class path");

  @ArchTest
  static final ArchRule learnersUseThePlatformOnly =
      forbidden("learners", "server|cli|solutions|engines/[a-z0-9]+", "they are engines");

  @ArchTest
  static final ArchRule solutionsUseThePlatformOnly =
      forbidden(
          "solutions",
          "server|cli|learners|engines/[a-z0-9]+",
          "a reader's own solution can use public types only, so the examples do too");

  @ArchTest
  static final ArchRule enginesUseThePlatformOnly =
      forbidden("engines/[a-z0-9]+", "server|cli|learners|solutions", "an engine can be left out");

  @ArchTest static final ArchRule duckdbSeesNoOtherEngine = aloneAmongEngines("duckdb");

  @ArchTest static final ArchRule kafkaSeesNoOtherEngine = aloneAmongEngines("kafka");

  @ArchTest static final ArchRule onnxSeesNoOtherEngine = aloneAmongEngines("onnx");

  @ArchTest static final ArchRule sqlSeesNoOtherEngine = aloneAmongEngines("sql");

  @ArchTest static final ArchRule lightgbmSeesNoOtherEngine = aloneAmongEngines("lightgbm");

  @ArchTest static final ArchRule xgboostSeesNoOtherEngine = aloneAmongEngines("xgboost");

  @ArchTest
  static final ArchRule solutionsDoNotSeeEachOther =
      slices()
          .matching("dev.gnomon.solutions.(*)..")
          .should()
          .notDependOnEachOther()
          .because("each reads from start to end by itself")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule duckdbStaysInItsEngine = confined("org.duckdb..", "engines/duckdb");

  @ArchTest
  static final ArchRule kafkaStaysInItsEngine = confined("org.apache.kafka..", "engines/kafka");

  @ArchTest
  static final ArchRule onnxRuntimeStaysInItsEngine = confined("ai.onnxruntime..", "engines/onnx");

  @ArchTest static final ArchRule sqliteStaysInItsEngine = confined("org.sqlite..", "engines/sql");

  @ArchTest
  static final ArchRule lightgbmStaysInItsEngine =
      confined("(io.github.metarank|com.microsoft.ml)..", "engines/lightgbm");

  @ArchTest
  static final ArchRule xgboostStaysInItsEngine = confined("ml.dmlc..", "engines/xgboost");

  @ArchTest static final ArchRule vertxStaysInTheServer = confined("io.vertx..", "server");

  @ArchTest static final ArchRule picocliStaysInTheCommands = confined("picocli..", "cli");

  private static ArchRule forbidden(String from, String to, String reason) {
    return noClasses()
        .that(module(from))
        .should()
        .dependOnClassesThat(module("(" + to + ")"))
        .because(reason)
        .allowEmptyShould(true);
  }

  private static ArchRule nothingButTheJdk(String module) {
    return noClasses()
        .that(module(module))
        .should()
        .dependOnClassesThat(
            describe(
                "libraries",
                type ->
                    !type.getPackageName().startsWith("java.")
                        && !type.getPackageName().startsWith("javax.net.")
                        && !type.getPackageName().startsWith("dev.gnomon.")
                        && !type.getPackageName().startsWith("org.jspecify.")
                        && !type.isPrimitive()
                        && !type.isArray()))
        .because("other applications carry it without any dependency")
        .allowEmptyShould(true);
  }

  private static ArchRule aloneAmongEngines(String engine) {
    return forbidden(
        "engines/" + engine, "engines/(?!" + engine + "/)[a-z0-9]+", "any of them can be left out");
  }

  private static ArchRule confined(String library, String module) {
    DescribedPredicate<JavaClass> elsewhere = DescribedPredicate.not(module(module));
    return noClasses()
        .that(elsewhere)
        .should()
        .dependOnClassesThat(resideInAnyPackage(library))
        .because("a heavy dependency has one module")
        .allowEmptyShould(true);
  }
}
