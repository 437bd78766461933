package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.SourceReport;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.scoring.Verdicts.Verdict;
import dev.gnomon.serving.BatchLog;
import dev.gnomon.serving.DecisionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/// Scores a file, or everybody in the population, with a registered version.
///
/// The rows are the same bits as online: the same features, preprocessing, model, calibration and
/// policy. They are worked off in chunks; a chunk that is done is kept beside the output until the
/// whole is written, so that a killed run goes on where it was and each row is there once. What the
/// policy may act on is ranked over the whole batch where the use case states a capacity. The
/// limits of `repeat` are not applied: a batch is one decision per row.
public final class BatchScoring {
  /// Rows per chunk unless told otherwise.
  public static final int CHUNK = 65_536;

  /// What is asked for.
  ///
  /// @param in rows of a flat table, or keys; empty for the whole population
  /// @param out `.csv`, `.csv.gz` or `.parquet`
  /// @param version the champion when empty
  /// @param at the time of rows without one, microseconds
  /// @param explain whether to say why although the use case does not ask for it
  /// @param log whether the decisions go into the decision log too
  /// @param chunk rows per chunk
  /// @param threads at least 1; the result does not depend on it
  public record Options(
      Optional<Path> in,
      Path out,
      OptionalInt version,
      OptionalLong at,
      boolean explain,
      boolean log,
      int chunk,
      int threads) {
    public Options {
      if (chunk < 1 || threads < 1) {
        throw new BadInput("--chunk-rows", chunk + " rows, " + threads + " threads", "at least 1");
      }
    }
  }

  /// What came of it.
  ///
  /// @param rows written, one per row of the input
  /// @param decides whether rows were decided; false where a number is predicted
  /// @param yes how many are to be acted on
  /// @param beyondCapacity how many would have paid but were not among the most valuable
  /// @param heldOut how many are withheld so that the effect can be measured
  /// @param expectedCost of the decisions as they are; NaN without costs
  /// @param reused rows that a killed run had scored already
  /// @param logged records added to the decision log
  public record Result(
      Path out,
      int version,
      String bundle,
      long rows,
      boolean decides,
      long yes,
      long beyondCapacity,
      long heldOut,
      double expectedCost,
      long reused,
      long logged) {}

  private final UseCase useCase;
  private final FileEngine engine;
  private final Home home;
  private final InstantSource clock;
  private final Progress progress;
  private final Options options;

  /// By which the features of the rows at hand were computed; set when they are opened.
  private String definition = "";

  private BatchScoring(
      UseCase useCase,
      FileEngine engine,
      Home home,
      InstantSource clock,
      Progress progress,
      Options options) {
    this.useCase = useCase;
    this.engine = engine;
    this.home = home;
    this.clock = clock;
    this.progress = progress;
    this.options = options;
  }

  /// Scores and writes; the output appears when it is whole.
  ///
  /// @throws BadInput naming everything that is wrong with input and output
  /// @throws Refusal when there is no such version, or it was made for other features
  public static Result run(
      UseCase useCase,
      FileEngine engine,
      Home home,
      Registry registry,
      InstantSource clock,
      Progress progress,
      Options options) {
    try {
      return new BatchScoring(useCase, engine, home, clock, progress, options).run(registry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result run(Registry registry) throws IOException {
    requireFiles();
    ModelVersion version = version(registry);
    Bundle bundle = Bundle.load(new BundleStore(home.bundles()).open(version.bundleHash()));
    Observations rows = observations(bundle);
    boolean explain =
        options.explain || useCase.problem().constraints().reasons() == Stakes.Reasons.REQUIRED;
    String identity =
        "%s\nbundle %s version %d\nexplain %s chunk %d\n"
            .formatted(
                rows.identity(), version.bundleHash(), version.version(), explain, options.chunk);
    try (Parts parts = Parts.open(options.out.toAbsolutePath(), identity, engine)) {
      Verdicts verdicts = new Verdicts(useCase);
      Scored scored;
      try (ChunkScorer scorer = new ChunkScorer(bundle, explain, options.threads)) {
        scored = score(rows, parts, scorer, verdicts);
      } catch (BadInput e) {
        parts.delete();
        throw e;
      }
      if (scored.rows == 0) {
        parts.delete();
        throw new BadInput(
            options.in.map(Path::toString).orElse("population"), "no rows", "at least one row");
      }
      Writing writing = new Writing(rows, bundle.policy(), version.version());
      progress.stage("writing " + options.out, scored.rows);
      verdicts.begin();
      engine.write(
          options.out.toAbsolutePath(),
          writing.schema,
          () -> writing.tables(parts, scored.parts, verdicts));
      long logged = options.log ? log(rows, parts, verdicts, bundle, version, identity) : 0;
      parts.delete();
      return new Result(
          options.out,
          version.version(),
          version.bundleHash(),
          scored.rows,
          bundle.policy().decides(),
          writing.yes,
          writing.beyond,
          writing.heldOut,
          bundle.policy().hasCosts() ? writing.cost : Double.NaN,
          scored.reused,
          logged);
    }
  }

  private void requireFiles() throws IOException {
    Path out = options.out.toAbsolutePath();
    String name = String.valueOf(out.getFileName());
    if (!name.endsWith(".csv") && !name.endsWith(".csv.gz") && !name.endsWith(".parquet")) {
      throw new BadInput(
          "--out", "'%s'".formatted(options.out), "a name in .csv, .csv.gz, .parquet");
    }
    if (!Files.isDirectory(out.resolveSibling("."))) {
      throw new BadInput("--out", "there is no folder " + out.getParent(), "an existing folder");
    }
    if (Files.isDirectory(out)) {
      throw new BadInput("--out", out + " is a folder", "a file");
    }
    if (options.in.isPresent()) {
      Path in = options.in.get();
      if (!Files.isRegularFile(in)) {
        throw new BadInput("--in", "there is no file " + in, "a CSV or Parquet file");
      }
      if (Files.exists(out) && Files.isSameFile(in, out)) {
        throw new BadInput("--out", "it is the input, " + in, "another file");
      }
    } else if (useCase.data().isFlatTable()) {
      throw new BadInput(
          "--in", "nothing says which rows to score", "--in FILE with the columns of the table");
    }
  }

  private ModelVersion version(Registry registry) {
    String name = useCase.name();
    List<ModelVersion> all = registry.versions(name);
    if (all.isEmpty()) {
      throw new Refusal(
          name, "it has no version yet", "train first: gnomon train " + useCase.file());
    }
    String there =
        all.stream().map(v -> Integer.toString(v.version())).collect(Collectors.joining(", "));
    if (options.version.isPresent()) {
      int number = options.version.getAsInt();
      return registry
          .version(name, number)
          .orElseThrow(() ->
              new BadInput("--version", name + " has no version " + number, "one of " + there));
    }
    return registry
        .alias(name, "champion")
        .orElseThrow(() -> new Refusal(name, "it has no champion", "--version, one of " + there));
  }

  private Observations observations(Bundle bundle) {
    if (useCase.data().isFlatTable()) {
      return TableObservations.of(
          useCase, bundle.manifest(), engine, options.in.orElseThrow(), options.at);
    }
    Frame frame = useCase.frame();
    if (frame.observe() instanceof Frame.Observe.Listed) {
      // The list it was trained on is not needed to score another.
      frame =
          new Frame(
              frame.task(),
              frame.entity(),
              new Frame.Observe.EachRow(),
              frame.target(),
              frame.entities());
    }
    DataCheck.Outcome checked =
        DataCheck.run(useCase.name(), useCase.data(), frame, engine, home, progress, clock);
    checked.report().requireUsable();
    LoggedSources sources =
        new LoggedSources(SourceReaders.checked(checked, engine, useCase), home, progress);
    FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, sources));
    Schema row = plan.row();
    definition = plan.hash();
    if (!row.fields().equals(bundle.manifest().row().fields())) {
      throw new Refusal(
          "version",
          "it was made for other features than %s states now"
              .formatted(useCase.file().getFileName()),
          "train again, or score with the file the version was trained from");
    }
    long at = options.at.orElseGet(() -> EventObservations.latest(lasts(checked, sources)));
    return options.in.isPresent()
        ? EventObservations.listed(useCase, sources, engine, home, options.in.get(), at, progress)
        : EventObservations.population(useCase, sources, home, at, progress);
  }

  private List<Long> lasts(DataCheck.Outcome checked, LoggedSources sources) {
    List<Long> lasts = new ArrayList<>();
    for (SourceReport report : checked.report().sources()) {
      SourceSpec spec = useCase.data().sources().get(report.name());
      if (spec != null && !spec.isStatic()) {
        report.last().ifPresent(last -> lasts.add(Times.micros(last)));
      }
    }
    for (SourceSpec spec : useCase.data().sources().values()) {
      lasts.add(sources.latest(spec));
    }
    return lasts;
  }

  private record Scored(int parts, long rows, long reused) {}

  private Scored score(Observations rows, Parts parts, ChunkScorer scorer, Verdicts verdicts) {
    progress.stage("scoring", rows.size());
    int number = 0;
    long total = 0;
    long reused = 0;
    try (Observations.Pass pass = rows.open(options.chunk)) {
      for (Optional<Observations.Chunk> next = pass.next(); next.isPresent(); next = pass.next()) {
        Observations.Chunk chunk = next.get();
        Table part;
        if (parts.has(number)) {
          part = parts.read(number);
          reused += part.rows();
        } else {
          part = scorer.score(chunk);
          parts.write(number, part);
        }
        verdicts.rank(part);
        number++;
        total += chunk.size();
        progress.advance(chunk.size());
      }
    }
    if (reused > 0) {
      progress.note("%,d rows were scored by a run before".formatted(reused));
    }
    return new Scored(number, total, reused);
  }

  /// Turns parts into what is written, and counts.
  private final class Writing {
    final Schema schema;
    private final OutputTable output;
    long yes;
    long beyond;
    long heldOut;
    double cost;

    Writing(Observations rows, Policy policy, int version) {
      this.output =
          new OutputTable(
              rows.keyName(), rows.timed(), policy.hasCosts(), policy.decides(), version);
      this.schema = output.schema();
    }

    Iterator<Table> tables(Parts parts, int count, Verdicts verdicts) {
      return new Iterator<>() {
        private int number;

        @Override
        public boolean hasNext() {
          return number < count;
        }

        @Override
        public Table next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          Table part = parts.read(number++);
          Verdict[] answers = answers(part, verdicts);
          for (int i = 0; i < answers.length; i++) {
            yes += answers[i] == Verdict.YES ? 1 : 0;
            beyond += answers[i] == Verdict.NO_CAPACITY ? 1 : 0;
            heldOut += answers[i] == Verdict.HOLD_OUT ? 1 : 0;
            cost += OutputTable.cost(part, i, answers[i]);
          }
          progress.advance(part.rows());
          return output.of(part, answers);
        }
      };
    }
  }

  private static Verdict[] answers(Table part, Verdicts verdicts) {
    Verdict[] answers = new Verdict[part.rows()];
    Table.Cursor row = part.cursor();
    for (int i = 0; i < answers.length; i++) {
      answers[i] = verdicts.next(part, i, String.valueOf(row.at(i).text(0)));
    }
    return answers;
  }

  /// Appends each decision once; a repeated run finds what is there by its id.
  private long log(
      Observations rows,
      Parts parts,
      Verdicts verdicts,
      Bundle bundle,
      ModelVersion version,
      String identity)
      throws IOException {
    String prefix =
        "batch-" + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)) + "-";
    long now = Times.micros(clock.instant());
    Schema schema = bundle.manifest().row();
    long added = 0;
    verdicts.begin();
    progress.stage("logging", rows.size());
    try (BatchLog log = new BatchLog(home, useCase.name(), schema, definition, prefix, now);
        Observations.Pass pass = rows.open(options.chunk)) {
      Decision decision = new Decision();
      int number = 0;
      long line = 0;
      for (Optional<Observations.Chunk> next = pass.next(); next.isPresent(); next = pass.next()) {
        Observations.Chunk chunk = next.get();
        Table part = parts.read(number++);
        Verdict[] answers = answers(part, verdicts);
        Table.Cursor cursor = chunk.rows().cursor();
        Table.Cursor scored = part.cursor();
        for (int i = 0; i < chunk.size(); i++) {
          cursor.at(i);
          double score = Verdicts.number(part, "score", i);
          bundle.policy().decide(score, cursor, decision);
          // Rows of a table have no time of their own: they were decided now.
          long at = rows.timed() ? chunk.at()[i] : options.at.orElse(now);
          DecisionRecord record =
              new DecisionRecord(
                  0,
                  String.valueOf(scored.at(i).text(0)),
                  at,
                  now,
                  Optional.of(prefix + line++),
                  score,
                  decision.acts(),
                  answers[i] == Verdict.YES,
                  answers[i] == Verdict.HOLD_OUT
                      ? DecisionRecord.Variant.HOLD_OUT
                      : DecisionRecord.Variant.CHAMPION,
                  Verdicts.cause(answers[i]),
                  decision.band(),
                  version.version(),
                  decision.threshold(),
                  OutputTable.cost(part, i, answers[i]),
                  new double[] {
                    bundle.policy().cost(true, true, cursor),
                    bundle.policy().cost(true, false, cursor),
                    bundle.policy().cost(false, true, cursor),
                    bundle.policy().cost(false, false, cursor)
                  },
                  copied(schema, cursor),
                  answers[i] == Verdict.REVIEW);
          added += log.append(record) ? 1 : 0;
        }
        progress.advance(chunk.size());
      }
    }
    AtomicFiles.forceDirectory(home.decisions(useCase.name()));
    return added;
  }

  private static FeatureRow copied(Schema schema, Table.Cursor from) {
    FeatureRow row = new FeatureRow(schema);
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> row.number(c, from.number(c));
        case TEXT -> row.text(c, from.text(c));
        case TIME -> row.time(c, from.time(c));
      }
    }
    return row;
  }
}
