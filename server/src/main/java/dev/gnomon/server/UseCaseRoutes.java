package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.telemetry.SlowDecisions;
import dev.gnomon.server.telemetry.Tracing;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ChecksFailed;
import dev.gnomon.serving.DecideJson;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.FeatureSource;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.OutcomeIntake;
import dev.gnomon.serving.PredictionId;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.SourceIntake;
import dev.gnomon.serving.Stages;
import io.micrometer.core.instrument.Timer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Deciding, events, outcomes, features: the routes below `/v1`.
final class UseCaseRoutes {
  private static final int DECIDE_BODY = 64 << 10;
  private static final int BATCH_BODY = 4 << 20;
  private static final int EVENTS_BODY = 32 << 20;
  private static final int OUTCOMES_BODY = 8 << 20;

  /// How many milliseconds a caller waits.
  private static final String TIMEOUT = "x-request-timeout-ms";

  private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");

  private final ServingNode node;
  private final ArrivalClock clock;
  private final Map<String, Timer> decideTimes;
  private final Map<String, StageTimes> stageTimes;
  private final Map<String, SlowDecisions> slow;
  private final DriftReadings drift;

  /// @param decideTimes by use case; so are the stages and who is told of slow decisions
  UseCaseRoutes(
      ServingNode node,
      ArrivalClock clock,
      Map<String, Timer> decideTimes,
      Map<String, StageTimes> stageTimes,
      Map<String, SlowDecisions> slow,
      DriftReadings drift) {
    this.node = node;
    this.stageTimes = Map.copyOf(stageTimes);
    this.slow = Map.copyOf(slow);
    this.drift = drift;
    this.clock = clock;
    this.decideTimes = Map.copyOf(decideTimes);
  }

  List<Route> routes() {
    return List.of(
        new Route(
            Role.EDITOR,
            "POST",
            "/v1/usecases/{name}/decide",
            "Decide for one key; the decision is logged before the answer",
            DECIDE_BODY,
            Route.Accepts.JSON,
            // Where a decision may have to wait for another process, no event loop may.
            node.useCases().stream().anyMatch(LiveUseCase::blocking)
                ? Route.Mode.BLOCKING
                : Route.Mode.DIRECT,
            this::decide),
        new Route(
            Role.EDITOR,
            "POST",
            "/v1/usecases/{name}/decide:batch",
            "Decide for up to %d keys; each item succeeds or fails by itself"
                .formatted(DecideJson.MAX_ITEMS),
            BATCH_BODY,
            Route.Accepts.JSON,
            Route.Mode.BLOCKING,
            this::batch),
        Route.get(
            Role.VIEWER,
            "/v1/predictions/{id}",
            "A decision made before, with its features",
            this::prediction),
        new Route(
            Role.EDITOR,
            "POST",
            "/v1/sources/{name}/events",
            "Post rows of a source, as a JSON array or one object per line; idempotent by id",
            EVENTS_BODY,
            Route.Accepts.JSON_OR_NDJSON,
            Route.Mode.BLOCKING,
            this::events),
        Route.get(
            Role.VIEWER,
            "/v1/sources/{name}/checks",
            "Where the checks of arriving rows stand, and how many rows are set aside",
            this::quarantine),
        new Route(
            Role.EDITOR,
            "POST",
            "/v1/sources/{name}/quarantine:replay",
            "Put the rows set aside through the checks again; those that pass are taken",
            1024,
            Route.Accepts.JSON,
            Route.Mode.BLOCKING,
            this::replay),
        new Route(
            Role.EDITOR,
            "POST",
            "/v1/usecases/{name}/outcomes",
            "Tell what happened after decisions: one object, an array, or one object per line",
            OUTCOMES_BODY,
            Route.Accepts.JSON_OR_NDJSON,
            Route.Mode.BLOCKING,
            this::outcomes),
        Route.get(
            Role.VIEWER,
            "/v1/usecases/{name}/features/{key}",
            "The features of a key, now or at a time (?at=)",
            this::features),
        Route.get(
            Role.VIEWER,
            "/v1/usecases/{name}/features/{key}/explain",
            "The kept events and tiles behind one feature (?feature=, ?at=)",
            this::explain));
  }

  private Answer explain(Request request) {
    LiveUseCase live = useCase(request);
    String key = request.segments().get(1);
    long at = Times.micros(request.query("at").map(UseCaseRoutes::time).orElseGet(clock::instant));
    Schema row = live.features().plan().row();
    String feature = request.query("feature").orElse("");
    if (!row.has(feature)) {
      throw new BadInput(
          "feature",
          feature.isEmpty() ? "none is named" : "there is no '%s'".formatted(feature),
          "one of " + String.join(", ", row.names()));
    }
    try {
      return Answer.json(
          200, RecordJson.node(live.features().explain(key, at, feature)).toString());
    } catch (Refusal e) {
      throw new HttpProblem(422, "Too old", e.reasons().getFirst().line());
    }
  }

  private Answer decide(Request request) {
    LiveUseCase live = useCase(request);
    DecideRequest asked = DecideJson.request(request.body());
    OptionalLong end = end(live, request);
    StageTimes times = stageTimes.get(live.useCase().name());
    Stages stages = stages(times);
    Answer answer = Answer.json(200, DecideJson.answer(decide(live, within(asked, end), stages)));
    if (stages != null && times != null && stages.done()) {
      times.answered(stages, System.nanoTime());
    }
    return answer;
  }

  /// By `System::nanoTime`, when the caller no longer waits, where that makes a difference:
  /// features of this process are never waited for.
  private static OptionalLong end(LiveUseCase live, Request request) {
    Optional<String> stated = live.blocking() ? request.header(TIMEOUT) : Optional.empty();
    if (stated.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = stated.get();
    if (!MILLIS.matcher(text).matches()) {
      throw new BadInput(
          TIMEOUT, "'%s' is no number of milliseconds".formatted(text), "a whole number, as in 50");
    }
    return OptionalLong.of(System.nanoTime() + Long.parseLong(text) * 1_000_000);
  }

  private static DecideRequest within(DecideRequest asked, OptionalLong end) {
    return end.isEmpty()
        ? asked
        : asked.within(Duration.ofNanos(Math.max(0, end.getAsLong() - System.nanoTime())));
  }

  /// Decides, and tells clock, drift and metrics of it: the way of every surface.
  Decided decide(LiveUseCase live, DecideRequest asked) {
    return decide(live, asked, stages(stageTimes.get(live.useCase().name())));
  }

  /// Null unless this decision is timed stage by stage.
  private static @Nullable Stages stages(@Nullable StageTimes times) {
    return (times != null && times.next()) || Tracing.current().recorded() ? new Stages() : null;
  }

  private Decided decide(LiveUseCase live, DecideRequest asked, @Nullable Stages stages) {
    asked.at().ifPresent(at -> clock.saw(Times.instant(at)));
    String name = live.useCase().name();
    long begin = System.nanoTime();
    try {
      Decided decided = live.decide(asked, stages);
      drift.saw(live, decided.record());
      SlowDecisions late = slow.get(name);
      if (late != null) {
        long now = System.nanoTime();
        late.made(decided, now - begin, now);
      }
      if (stages != null && stages.done()) {
        StageTimes times = stageTimes.get(name);
        if (times != null) {
          times.made(stages);
        }
        Tracing.current().decided(decided, stages);
      }
      return decided;
    } catch (FeatureSource.TooOld e) {
      throw new HttpProblem(422, "Too old", String.valueOf(e.getMessage()));
    } finally {
      Timer timer = decideTimes.get(name);
      if (timer != null) {
        timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
      }
    }
  }

  private Answer batch(Request request) {
    LiveUseCase live = useCase(request);
    List<DecideJson.Item> items = DecideJson.batch(request.body());
    OptionalLong end = end(live, request);
    try (DecideJson.BatchAnswer answer = new DecideJson.BatchAnswer()) {
      for (int i = 0; i < items.size(); i++) {
        DecideJson.Item item = items.get(i);
        if (item.request().isEmpty()) {
          answer.add(item.problems());
          continue;
        }
        try {
          answer.add(decide(live, within(item.request().get(), end)));
        } catch (BadInput e) {
          answer.add(e.problems());
        } catch (ChecksFailed e) {
          answer.add(e.problems());
        } catch (HttpProblem e) {
          answer.add(
              List.of(
                  new Problem(
                      "items[%d].at".formatted(i), e.detail(), "a time within the kept state")));
        }
      }
      return Answer.json(200, answer.bytes());
    }
  }

  private Answer prediction(Request request) {
    String text = request.segments().getFirst();
    Optional<PredictionId> id = PredictionId.parse(text);
    Optional<LiveUseCase> live = id.flatMap(one -> node.useCase(one.useCase()));
    return live.flatMap(one -> one.decisions().prediction(id.orElseThrow().position(), true))
        .map(decided -> Answer.json(200, DecideJson.prediction(decided)))
        .orElseThrow(() ->
            new HttpProblem(404, "Not found", "No prediction has the id '%s'.".formatted(text)));
  }

  private Answer events(Request request) {
    return IntakeJson.taken(source(request).post(request.body()));
  }

  private Answer quarantine(Request request) {
    return IntakeJson.checks(source(request));
  }

  private Answer replay(Request request) {
    return IntakeJson.replayed(source(request).replayQuarantine());
  }

  private SourceIntake source(Request request) {
    String name = request.segments().getFirst();
    return node.source(name).orElseThrow(() -> unknown("source", name, node.sourceNames()));
  }

  private Answer outcomes(Request request) {
    OutcomeIntake.Taken taken = useCase(request).outcomes().post(request.body());
    if (!taken.conflicts().isEmpty()) {
      return IntakeJson.conflict(taken.rows(), taken.conflicts());
    }
    return Answer.json(
        202, "{\"rows\":%d,\"repeated\":%d}".formatted(taken.rows(), taken.repeated()));
  }

  private Answer features(Request request) {
    LiveUseCase live = useCase(request);
    String key = request.segments().get(1);
    if (key.isBlank() || key.length() > DecideJson.MAX_KEY) {
      throw new BadInput(
          "key", "it is blank or too long", "1 to %d characters".formatted(DecideJson.MAX_KEY));
    }
    long at = Times.micros(request.query("at").map(UseCaseRoutes::time).orElseGet(clock::instant));
    FeatureRow row = new FeatureRow(live.features().plan().row());
    try {
      boolean known = live.read(key, at, row);
      return Answer.json(200, DecideJson.features(key, at, known, row));
    } catch (FeatureSource.Unavailable e) {
      throw new HttpProblem(503, "Features away", String.valueOf(e.getMessage()));
    } catch (FeatureSource.TooOld e) {
      throw new HttpProblem(422, "Too old", String.valueOf(e.getMessage()));
    }
  }

  static Instant time(String text) {
    try {
      // A plus in a query stands for a blank.
      Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
      Times.micros(instant);
      return instant;
    } catch (DateTimeException | ArithmeticException e) {
      throw new BadInput(
          "at", "'%s' is no time".formatted(text), "a time such as 2024-05-01T12:00:00Z");
    }
  }

  private LiveUseCase useCase(Request request) {
    String name = request.segments().getFirst();
    return node.useCase(name)
        .orElseThrow(() ->
            unknown(
                "use case",
                name,
                node.useCases().stream().map(live -> live.useCase().name()).toList()));
  }

  private static HttpProblem unknown(String what, String name, List<String> known) {
    String nearest = Nearest.to(name, known).map(near -> " Perhaps '" + near + "'?").orElse("");
    return new HttpProblem(
        404,
        "Not found",
        "There is no %s '%s'; there are: %s.%s"
            .formatted(what, name, String.join(", ", known), nearest));
  }

  /// `GET /v1/models`: versions and aliases.
  static Route models(ServingNode node) {
    return Route.get(
        Role.VIEWER,
        "/v1/models",
        "Versions and aliases of all use cases",
        request -> {
          ObjectNode out = CanonicalJson.object();
          ArrayNode list = out.putArray("useCases");
          for (LiveUseCase live : node.useCases()) {
            String name = live.useCase().name();
            ObjectNode one = list.addObject().put("name", name);
            ObjectNode aliases = one.putObject("aliases");
            node.registry().aliases(name).forEach((alias, v) -> aliases.put(alias, v.version()));
            ArrayNode versions = one.putArray("versions");
            node.registry()
                .versions(name)
                .forEach(v ->
                    versions
                        .addObject()
                        .put("version", v.version())
                        .put("bundle", v.bundleHash())
                        .put("passed", v.passed())
                        .put("createdAt", v.createdAt().toString()));
          }
          return Answer.json(200, CanonicalJson.bytes(out));
        });
  }
}
