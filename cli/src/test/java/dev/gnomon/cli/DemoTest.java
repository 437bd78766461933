package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.solutions.churn.ChurnScenario;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop closes: what is decided is logged, joined to what happened, and watched; and the world
/// that was made up agrees with what was measured in it.
class DemoTest {
  @TempDir private Path folder;

  @Test
  void closesTheLoopOnASmallWorld() throws Exception {
    ChurnScenario scenario = new ChurnScenario(1, 2_500);
    Home home = new Home(folder.resolve(".gnomon"));
    DemoFolder.renew(folder, home);
    try (DemoRun demo = new DemoRun(folder, home, 0, InstantSource.system())) {
      DemoRun.Outcome outcome = demo.run(scenario, Progress.NONE);
      DemoResult result = DemoResult.of(scenario, folder.toString(), outcome.address(), outcome);

      assertThat(outcome.monitor().traffic().decisions())
          .isEqualTo(result.weeks().decisions())
          .isGreaterThan(2_200);
      assertThat(result.weeks().outcomes()).isEqualTo(result.weeks().decisions());
      assertThat(result.weeks().degraded()).isZero();
      assertThat(result.effect().offered()).isEqualTo(result.weeks().offers());
      assertThat(result.effect().withheld()).isEqualTo(result.weeks().heldOut()).isPositive();
      assertThat(result.effect().covered()).isTrue();
      assertThat(result.drift().missed()).isEmpty();
      assertThat(result.drift().wrong()).isEmpty();
      assertThat(result.test().savedShare()).isBetween(0.85, 1.02);
      assertThat(result.test().model().saved())
          .isGreaterThan(result.test().nobody() - result.test().everyone());

      assertThat(get(outcome.address() + "health/ready").statusCode()).isEqualTo(200);
      HttpResponse<String> page = get(outcome.address());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("churn");
      // A server holds the folder, so that another demo does not pull it away.
      assertThatThrownBy(() -> DemoFolder.renew(folder, home)).isInstanceOf(Refusal.class);

      Recorded recorded = new Recorded(false);
      new DemoText(recorded.terminal, result, outcome).print(folder, false, true);
      assertThat(recorded.out())
          .contains("best possible", "withheld by chance", "days_since_price_increase")
          .contains("All that was moved on purpose is named");
    }
    reproduces(home);
    DemoFolder.renew(folder, home);
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }

  /// With all that was posted since, the version trained again is the same, byte for byte.
  private void reproduces(Home home) {
    Recorded again = new Recorded(false);
    int code =
        Main.run(
            again.terminal,
            InstantSource.system(),
            "reproduce",
            folder.resolve("usecase.yaml").toString(),
            "1",
            "--home",
            home.root().toString());
    assertThat(code).as(again.out() + again.err()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("churn version 1: the same bundle again");
  }

  /// The whole scenario, held to the promises of the solution's README.
  @Tag("long")
  @Test
  void reachesWhatTheReadmePromises() throws Exception {
    ChurnScenario scenario = ChurnScenario.standard(1);
    try (DemoRun demo = new DemoRun(folder, new Home(folder), 0, InstantSource.system())) {
      DemoResult result =
          DemoResult.of(scenario, folder.toString(), null, demo.run(scenario, Progress.NONE));
      assertThat(result.test().savedShare()).isGreaterThan(0.95);
      assertThat(result.test().model().saved())
          .isGreaterThan(result.test().nobody() - result.test().everyone());
      assertThat(result.test().model().rocAuc()).isGreaterThan(0.88);
      assertThat(result.test().model().recall()).isGreaterThan(0.75);
      assertThat(result.effect().covered()).isTrue();
      assertThat(result.drift().missed()).isEmpty();
      assertThat(result.drift().wrong()).isEmpty();
    }
    reproduces(new Home(folder));
  }

  @Test
  void leavesFoldersAloneThatItDidNotMake() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> DemoFolder.renew(folder, new Home(folder)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no demo made");
    assertThat(folder.resolve("thesis.txt")).exists();
  }

  @Test
  void saysWhichSolutionsThereAre() {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, InstantSource.system(), "demo", "chrn", "--exit");
    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(recorded.err()).contains("no solution 'chrn'", "churn");
  }

  private static HttpResponse<String> get(String address) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
