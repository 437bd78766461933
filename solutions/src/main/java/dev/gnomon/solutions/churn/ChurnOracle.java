package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Knows why customers leave (see [ChurnHazard]), but not what they drew: the ceiling of any model.
///
/// Its probability is exact at midnights: given all that happened before `t`, cancellations in `(t,
/// t + 30d]` follow it with no error but chance. It uses what happened, also where the warehouse
/// learnt of it late, and true ages where none is on record; a model has a little less.
public final class ChurnOracle {
  private final Map<String, CustomerLife> lives = new HashMap<>();
  private final List<CustomerLife> ordered;

  public ChurnOracle(ChurnEvents events) {
    this.ordered = events.lives();
    for (CustomerLife life : ordered) {
      lives.put(life.id(), life);
    }
  }

  /// What is known afterwards about one observation.
  ///
  /// @param probability of cancelling within 30 days, without an offer
  /// @param clv as known at the observation, in USD
  /// @param cancelled whether it came so, without an offer
  public record Truth(String key, long at, double probability, double clv, boolean cancelled) {}

  /// The truth of a customer with a subscription at `at`; between midnights that of the one before.
  /// Empty if there is no such customer or no subscription then.
  public Optional<Truth> at(String key, long at) {
    CustomerLife life = lives.get(key);
    return life != null && life.subscribesAt(at) ? Optional.of(truth(life, at)) : Optional.empty();
  }

  /// All customers with a subscription at a time, in the order of their keys.
  public List<Truth> allAt(long at) {
    return ordered.stream()
        .filter(life -> life.subscribesAt(at))
        .map(life -> truth(life, at))
        .toList();
  }

  /// The observations of the use case from its first to its last time.
  public List<Truth> observations() {
    return java.util.stream.LongStream.iterate(
            ChurnScenario.OBSERVED_FROM,
            at -> at <= ChurnScenario.OBSERVED_TO,
            at -> at + ChurnScenario.OBSERVED_EVERY_DAYS * Times.DAY)
        .boxed()
        .flatMap(at -> allAt(at).stream())
        .toList();
  }

  static Truth truth(CustomerLife life, long at) {
    int day = ChurnScenario.day(at);
    double sum = 0;
    for (int i = 0; i < ChurnScenario.HORIZON_DAYS; i++) {
      sum += life.hazard(day - i);
    }
    boolean cancelled =
        life.leftBy(at + ChurnScenario.HORIZON_DAYS * Times.DAY) && !life.leftBy(at);
    return new Truth(life.id(), at, 1 - StrictMath.exp(-sum), life.stateAt(at).clv(), cancelled);
  }
}
