package dev.gnomon.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static dev.gnomon.architecture.Modules.module;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/// Results depend on arguments only: time, chance and output come in from the edge.
/// `System.nanoTime` may be used to measure how long something took.
@AnalyzeClasses(packages = "dev.gnomon", importOptions = Modules.OnlyOurMainClasses.class)
class PurityRulesTest {
  private static final String LIBRARIES = "(operators|platform|learners|engines/[a-z0-9]+)";

  @ArchTest
  static final ArchRule onlyCommandsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gnomon.cli..")
          .should(ACCESS_STANDARD_STREAMS)
          .because("a library that prints breaks the JSON of the command that uses it");

  @ArchTest
  static final ArchRule noInstantNow = uncalled(Instant.class, "now", "inject an InstantSource");

  @ArchTest
  static final ArchRule noDateNow = uncalled(LocalDate.class, "now", "inject an InstantSource");

  @ArchTest
  static final ArchRule noDateTimeNow =
      uncalled(LocalDateTime.class, "now", "inject an InstantSource");

  @ArchTest
  static final ArchRule noSystemClock =
      uncalled(Clock.class, "systemUTC", "only the edge creates the clock");

  @ArchTest
  static final ArchRule noSystemInstantSource =
      uncalled(InstantSource.class, "system", "only the edge creates the clock");

  @ArchTest
  static final ArchRule noCurrentTimeMillis =
      uncalled(System.class, "currentTimeMillis", "inject an InstantSource");

  @ArchTest
  static final ArchRule noUnseededRandom =
      noClasses()
          .that(module(LIBRARIES))
          .should()
          .callConstructor(Random.class)
          .because("two runs must give the same numbers: pass a seed")
          .allowEmptyShould(true);

  @ArchTest static final ArchRule noMathRandom = uncalled(Math.class, "random", "pass a seed");

  @ArchTest
  static final ArchRule noThreadLocalRandom =
      uncalled(ThreadLocalRandom.class, "current", "pass a seed");

  private static ArchRule uncalled(Class<?> owner, String method, String reason) {
    return noClasses()
        .that(module(LIBRARIES))
        .should()
        .callMethod(owner, method)
        .because(reason)
        .allowEmptyShould(true);
  }
}
