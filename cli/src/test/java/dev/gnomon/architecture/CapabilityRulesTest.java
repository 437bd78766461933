package dev.gnomon.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/// The arrows between capabilities, the packages `dev.gnomon.<capability>`: one rule for each arrow
/// that must not be, so that none ever has to be switched off for the sake of another.
@AnalyzeClasses(packages = "dev.gnomon", importOptions = Modules.OnlyOurMainClasses.class)
class CapabilityRulesTest {

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("dev.gnomon.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a capability can be read, tested and replaced without its users");

  // The three floors everything stands on.

  @ArchTest
  static final ArchRule coreUsesNoCapability =
      forbidden(
          "core",
          "stats",
          "models",
          "data",
          "features",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule statsUsesCoreOnly =
      forbidden(
          "stats",
          "models",
          "data",
          "features",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule onlyTracingKnowsOpenTelemetry =
      noClasses()
          .that()
          .haveNameNotMatching("dev\\.gnomon\\.server\\.telemetry\\.(Otlp|JdkSender).*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..")
          .because("nothing of it is loaded unless a collector is named");

  /// Models take columns (`data.Table`) but never read a file: docs/decisions/0002.
  @ArchTest
  static final ArchRule modelsReadNoFiles = forbidden("models", "data.spi", "data.internal");

  @ArchTest static final ArchRule dataDoesNotUseModels = forbidden("data", "models");

  @ArchTest
  static final ArchRule modelsDoNotKnowTheirUsers =
      forbidden(
          "models",
          "features",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule logUsesCoreOnly =
      forbidden(
          "log",
          "stats",
          "models",
          "data",
          "features",
          "registry",
          "backup",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  // Arrows that point upwards.

  @ArchTest
  static final ArchRule backupUsesLogRegistryAndTrackingOnly =
      forbidden(
          "backup",
          "models",
          "data",
          "features",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule logKeepsRecordsWhateverTheyMean =
      forbidden(
          "log",
          "stats",
          "models",
          "data",
          "features",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule dataDoesNotKnowItsUsers =
      forbidden(
          "data",
          "features",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule featuresDoNotKnowTheirUsers =
      forbidden(
          "features", "registry", "training", "serving", "monitoring", "experiments", "pipelines");

  @ArchTest
  static final ArchRule artifactsAreBytesToAnybody =
      forbidden(
          "artifacts",
          "models",
          "tracking",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule lineageTellsWhatOthersDid =
      forbidden(
          "lineage",
          "models",
          "registry",
          "training",
          "serving",
          "monitoring",
          "experiments",
          "pipelines");

  @ArchTest
  static final ArchRule registryDoesNotKnowItsUsers =
      forbidden("registry", "training", "serving", "monitoring", "experiments", "pipelines");

  @ArchTest
  static final ArchRule trainingDoesNotKnowWhatIsLive =
      forbidden("training", "monitoring", "experiments", "pipelines");

  @ArchTest
  static final ArchRule servingDoesNotKnowWhoWatches =
      forbidden("serving", "monitoring", "experiments", "pipelines");

  @ArchTest
  static final ArchRule monitoringStartsNothing =
      forbidden("monitoring", "training", "experiments", "pipelines");

  @ArchTest
  static final ArchRule experimentsDoNotKnowPipelines = forbidden("experiments", "pipelines");

  // Training and serving meet in the bundle and nowhere else.

  @ArchTest static final ArchRule trainingDoesNotUseServing = forbidden("training", "serving");

  @ArchTest static final ArchRule servingDoesNotUseTraining = forbidden("serving", "training");

  @ArchTest
  static final ArchRule internalIsSeenByItsOwnCapabilityOnly =
      ArchRuleDefinition.classes()
          .should(stayOutOfForeignInternals())
          .because("what is internal may change without notice");

  private static ArchRule forbidden(String from, String... to) {
    String[] packages = new String[to.length];
    for (int i = 0; i < to.length; i++) {
      packages[i] = "dev.gnomon." + to[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage("dev.gnomon." + from + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .because("of the arrows in ARCHITECTURE.md")
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> stayOutOfForeignInternals() {
    return new ArchCondition<>("use internal types of their own capability only") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        user.getDirectDependenciesFromSelf().stream()
            .filter(use -> !mayUse(user.getPackageName(), use.getTargetClass().getPackageName()))
            .forEach(use -> events.add(SimpleConditionEvent.violated(user, use.getDescription())));
      }
    };
  }

  private static boolean mayUse(String user, String used) {
    int internal = used.startsWith("dev.gnomon.") ? (used + ".").indexOf(".internal.") : -1;
    return internal < 0 || (user + ".").startsWith(used.substring(0, internal) + ".");
  }
}
