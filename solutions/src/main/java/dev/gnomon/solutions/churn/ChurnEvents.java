package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The subscription business: every customer of a [ChurnScenario], with the rows its systems wrote.
///
/// The number of customers stays level: the place of one who leaves is taken by a new customer
/// within a week.
public final class ChurnEvents {
  private final ChurnScenario scenario;
  private final List<CustomerLife> lives;

  private ChurnEvents(ChurnScenario scenario, List<CustomerLife> lives) {
    this.scenario = scenario;
    this.lives = List.copyOf(lives);
  }

  /// Takes about a second for the standard scenario. The result depends on the scenario alone.
  public static ChurnEvents generate(ChurnScenario scenario) {
    return new ChurnEvents(
        scenario,
        IntStream.range(0, scenario.customers())
            .parallel()
            .mapToObj(slot -> place(scenario.seed(), slot))
            .flatMap(List::stream)
            .toList());
  }

  private static List<CustomerLife> place(long seed, int slot) {
    SeededRandom pauses = SeededRandom.of(seed, slot, -1);
    int end = ChurnScenario.day(ChurnScenario.END);
    List<CustomerLife> lives = new ArrayList<>();
    int firstDay = 0;
    while (firstDay < end) {
      CustomerLife life = new LifeSimulation(seed, slot, lives.size(), firstDay).run();
      lives.add(life);
      firstDay =
          life.leavesAt() == Times.MISSING
              ? end
              : ChurnScenario.day(life.leavesAt()) + 1 + pauses.below(7);
    }
    return lives;
  }

  public ChurnScenario scenario() {
    return scenario;
  }

  /// By place, then by time; never changes.
  List<CustomerLife> lives() {
    return lives;
  }
}
