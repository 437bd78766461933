package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.scoring.Verdicts.Verdict;
import dev.gnomon.serving.BatchLog;
import dev.gnomon.serving.DecisionRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/// Puts the decisions of a batch that is written into the decision log too.
final class LoggedBatch {
  private final UseCase useCase;
  private final Home home;
  private final InstantSource clock;
  private final Progress progress;
  private final BatchScoring.Options options;

  LoggedBatch(
      UseCase useCase,
      Home home,
      InstantSource clock,
      Progress progress,
      BatchScoring.Options options) {
    this.useCase = useCase;
    this.home = home;
    this.clock = clock;
    this.progress = progress;
    this.options = options;
  }

  /// Appends each decision once; a repeated run finds what is there by its id.
  ///
  /// @param definition of the features
  /// @param identity of the batch
  /// @return how many were added
  long add(
      Observations rows,
      Parts parts,
      Verdicts verdicts,
      Bundle bundle,
      ModelVersion version,
      String definition,
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
        Observations.Pass pass = rows.open(options.chunk())) {
      Decision decision = new Decision();
      int number = 0;
      long line = 0;
      for (Optional<Observations.Chunk> next = pass.next(); next.isPresent(); next = pass.next()) {
        Observations.Chunk chunk = next.get();
        Table part = parts.read(number++);
        Verdict[] answers = verdicts.next(part);
        double[] scores = Verdicts.numbers(part, "score");
        double[] costs = OutputTable.costs(part, answers);
        Table.Cursor cursor = chunk.rows().cursor();
        Table.Cursor scored = part.cursor();
        for (int i = 0; i < chunk.size(); i++) {
          cursor.at(i);
          double score = scores[i];
          bundle.policy().decide(score, cursor, decision);
          // Rows of a table have no time of their own: they were decided now.
          long at = rows.timed() ? chunk.at()[i] : options.at().orElse(now);
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
                  costs[i],
                  new double[] {
                    bundle.policy().cost(true, true, cursor),
                    bundle.policy().cost(true, false, cursor),
                    bundle.policy().cost(false, true, cursor),
                    bundle.policy().cost(false, false, cursor)
                  },
                  copied(schema, cursor),
                  answers[i] == Verdict.REVIEW,
                  0,
                  false);
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
