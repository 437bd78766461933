package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The four weeks after the training cut, as they answer to decisions.
///
/// Each customer has both potential outcomes from the start: whether they cancel without an offer,
/// and whether an offer would keep them. So the true effect of a set of decisions is known exactly,
/// and two policies meet the same customers with the same luck. Replay [#events()] and
/// [#decisions()] merged by time, skip an event unless it [#happens], report each decision with
/// [#decide], and ask for [#outcome] once its horizon is over. Not for several threads.
public final class ChurnWorld {
  private static final int WEEKS_DAYS = 28;

  private final long seed;
  private final List<CustomerLife> ordered;
  private final Map<String, CustomerLife> lives = new HashMap<>();
  private final Set<String> offered = new HashSet<>();

  public ChurnWorld(ChurnEvents events) {
    this.seed = events.scenario().seed();
    this.ordered = events.lives();
    for (CustomerLife life : ordered) {
      lives.put(life.id(), life);
    }
  }

  /// A row that arrives after the cut.
  ///
  /// @param source as in the use-case file
  /// @param fields column to `String` or `Double`; missing values are left out
  public record LaterEvent(
      String source, String id, String key, long at, long knownAt, Map<String, Object> fields) {}

  /// A decision to ask for.
  public record DecisionPoint(String key, long at) {}

  /// Both outcomes of a decision: whether the customer cancels within 30 days.
  public record PotentialOutcomes(boolean withoutOffer, boolean withOffer) {}

  /// What turned out.
  ///
  /// @param at when it is known: the cancellation, or the end of the horizon
  public record Outcome(String key, long decidedAt, boolean cancelled, long at) {}

  /// What arrives from [ChurnScenario#CUT] on, in the order of arrival. Some rows stand for what
  /// would happen if an offer kept the customer, and some rows come twice.
  public List<LaterEvent> events() {
    List<LaterEvent> events = new ArrayList<>();
    for (CustomerLife life : ordered) {
      add(events, ChurnTable.CUSTOMERS, life.changes());
      add(events, ChurnTable.LOGINS, life.logins());
      add(events, ChurnTable.LOGINS, life.logins().stream().filter(l -> l.repeated()).toList());
      add(events, ChurnTable.PAYMENTS, life.payments());
      add(events, ChurnTable.TICKETS, life.tickets());
      add(events, ChurnTable.CANCELLATIONS, life.cancellations());
    }
    events.sort(
        Comparator.comparingLong(LaterEvent::knownAt)
            .thenComparingLong(LaterEvent::at)
            .thenComparing(LaterEvent::id));
    return events;
  }

  private static <R extends ChurnRow> void add(
      List<LaterEvent> events, ChurnTable<R> table, List<R> rows) {
    for (R row : rows) {
      if (row.knownAt() >= ChurnScenario.CUT && row.knownAt() < ChurnScenario.END) {
        events.add(
            new LaterEvent(
                table.name(),
                row.id(),
                row.customer(),
                row.at(),
                row.knownAt(),
                table.fields(row)));
      }
    }
  }

  /// One decision for each customer with a subscription on their day of the four weeks, at
  /// midnight, in the order of time. The days are spread evenly.
  public List<DecisionPoint> decisions() {
    List<DecisionPoint> points = new ArrayList<>();
    for (int day = 0; day < WEEKS_DAYS; day++) {
      long at = ChurnScenario.CUT + day * Times.DAY;
      for (int i = 0; i < ordered.size(); i++) {
        CustomerLife life = ordered.get(i);
        if (dayOf(life) == day && life.subscribesAt(at) && onRecord(life, at)) {
          points.add(new DecisionPoint(life.id(), at));
        }
      }
    }
    return points;
  }

  private int dayOf(CustomerLife life) {
    return SeededRandom.of(seed ^ 0xDA7E, life.id().hashCode(), 0).below(WEEKS_DAYS);
  }

  private static boolean onRecord(CustomerLife life, long at) {
    return life.changes().getFirst().knownAt() <= at;
  }

  /// Reports what was decided; an offer may change what [#happens] from then on.
  ///
  /// @throws IllegalArgumentException if there is no such customer
  public void decide(DecisionPoint point, boolean offer) {
    PotentialOutcomes outcomes = potential(point);
    if (offer && outcomes.withoutOffer()) {
      offered.add(point.key());
    }
  }

  /// Whether a row comes to be, after the decisions reported so far.
  public boolean happens(LaterEvent event) {
    CustomerLife life = life(event.key());
    if (event.source().equals(ChurnTable.CANCELLATIONS.name())) {
      return !kept(life);
    }
    return !life.leftBy(event.at()) || event.at() == life.leavesAt() || kept(life);
  }

  /// Both outcomes of a decision.
  ///
  /// @throws IllegalArgumentException if there is no such customer
  public PotentialOutcomes potential(DecisionPoint point) {
    CustomerLife life = life(point.key());
    boolean leaves = ChurnOracle.truth(life, point.at()).cancelled();
    return new PotentialOutcomes(leaves, leaves && !savedByOffer(life));
  }

  /// What turned out after the decision reported for a point; without an offer if none was.
  public Outcome outcome(DecisionPoint point) {
    CustomerLife life = life(point.key());
    boolean cancelled = potential(point).withoutOffer() && !kept(life);
    long end = point.at() + ChurnScenario.HORIZON_DAYS * Times.DAY;
    return new Outcome(point.key(), point.at(), cancelled, cancelled ? life.leavesAt() : end);
  }

  /// How much an offer lowers the share that cancels, averaged over some decisions: the truth that
  /// a hold-out estimates. NaN for no decisions.
  public double effect(List<DecisionPoint> points) {
    double kept = 0;
    for (DecisionPoint point : points) {
      PotentialOutcomes outcomes = potential(point);
      kept += outcomes.withoutOffer() && !outcomes.withOffer() ? 1 : 0;
    }
    return kept / points.size();
  }

  private boolean kept(CustomerLife life) {
    return offered.contains(life.id()) && savedByOffer(life);
  }

  private boolean savedByOffer(CustomerLife life) {
    return SeededRandom.of(seed ^ 0x0FFE4, life.id().hashCode(), 1)
        .chance(ChurnScenario.SAVED_BY_OFFER);
  }

  private CustomerLife life(String key) {
    CustomerLife life = lives.get(key);
    if (life == null) {
      throw new IllegalArgumentException("no customer '%s' in this world".formatted(key));
    }
    return life;
  }
}
