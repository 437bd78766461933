package dev.gnomon.solutions.churn;

import dev.gnomon.core.Progress;
import dev.gnomon.solutions.churn.ChurnWorld.DecisionPoint;
import dev.gnomon.solutions.churn.ChurnWorld.LaterEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Plays the four later weeks to a server: rows as they arrive, decisions at midnight, outcomes
/// once the horizon is over.
///
/// A decision is asked for when all rows known by then are posted, and no later one. Each answer is
/// told to the world, so that an offer may keep a customer whose rows then go on.
public final class ChurnReplay {
  private static final int ROWS_PER_POST = 5_000;
  private static final int ITEMS_PER_BATCH = 1_000;

  /// What the replay asks of a server; every call returns when it is acknowledged.
  public interface Server {
    void events(String source, List<LaterEvent> rows);

    /// One answer per point, in order.
    List<Answer> decide(List<DecisionPoint> points);

    void outcomes(List<Told> outcomes);
  }

  /// What a server answered.
  ///
  /// @param offer whether the customer gets the offer
  /// @param heldOut the policy said yes, and chance withheld the offer
  public record Answer(String predictionId, double score, boolean offer, boolean heldOut) {
    /// What the policy said.
    public boolean wanted() {
      return offer || heldOut;
    }
  }

  /// What a server is told afterwards.
  public record Told(String predictionId, boolean cancelled, long at) {}

  /// A decision and what it led to.
  public record Decided(DecisionPoint point, Answer answer) {}

  /// @param rows how many were posted
  public record Result(long rows, List<Decided> decisions) {
    public Result {
      decisions = List.copyOf(decisions);
    }
  }

  private final ChurnWorld world;
  private final Server server;
  private final Progress progress;
  private final List<LaterEvent> events;
  private int next;
  private long posted;

  private ChurnReplay(ChurnWorld world, Server server, Progress progress) {
    this.world = world;
    this.server = server;
    this.progress = progress;
    this.events = world.events();
  }

  /// @param world as it was made: its memory of offers must be empty
  public static Result run(ChurnWorld world, Server server, Progress progress) {
    return new ChurnReplay(world, server, progress).run();
  }

  private Result run() {
    Map<Long, List<DecisionPoint>> midnights = new LinkedHashMap<>();
    for (DecisionPoint point : world.decisions()) {
      midnights.computeIfAbsent(point.at(), _ -> new ArrayList<>()).add(point);
    }
    progress.stage("four weeks of traffic over HTTP", midnights.size());
    List<Decided> decided = new ArrayList<>();
    midnights.forEach((at, points) -> {
      post(at);
      for (int i = 0; i < points.size(); i += ITEMS_PER_BATCH) {
        List<DecisionPoint> batch = points.subList(i, Math.min(points.size(), i + ITEMS_PER_BATCH));
        List<Answer> answers = server.decide(batch);
        for (int j = 0; j < batch.size(); j++) {
          world.decide(batch.get(j), answers.get(j).offer());
          decided.add(new Decided(batch.get(j), answers.get(j)));
        }
      }
      progress.advance(1);
    });
    post(ChurnScenario.END);
    tellOutcomes(decided);
    return new Result(posted, decided);
  }

  /// Posts what is known by a time and was not posted yet.
  private void post(long knownBy) {
    Map<String, List<LaterEvent>> bySource = new LinkedHashMap<>();
    while (next < events.size() && events.get(next).knownAt() <= knownBy) {
      LaterEvent event = events.get(next++);
      if (world.happens(event)) {
        bySource.computeIfAbsent(event.source(), _ -> new ArrayList<>()).add(event);
      }
    }
    bySource.forEach((source, rows) -> {
      for (int i = 0; i < rows.size(); i += ROWS_PER_POST) {
        server.events(source, rows.subList(i, Math.min(rows.size(), i + ROWS_PER_POST)));
      }
      posted += rows.size();
    });
  }

  private void tellOutcomes(List<Decided> decided) {
    List<Told> told = new ArrayList<>();
    for (Decided one : decided) {
      ChurnWorld.Outcome outcome = world.outcome(one.point());
      told.add(new Told(one.answer().predictionId(), outcome.cancelled(), outcome.at()));
    }
    told.sort(Comparator.comparingLong(Told::at));
    progress.stage("telling what became of them", told.size());
    for (int i = 0; i < told.size(); i += ITEMS_PER_BATCH) {
      List<Told> batch = told.subList(i, Math.min(told.size(), i + ITEMS_PER_BATCH));
      server.outcomes(batch);
      progress.advance(batch.size());
    }
  }
}
