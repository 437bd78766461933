package dev.gnomon.scoring;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Reason;
import dev.gnomon.models.Scoring;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Scores chunks. Safe for use by several threads, a chunk by one.
final class ChunkScorer {
  /// What is known of a row before capacity is shared out: key, time, score, what acting saves,
  /// whether the policy acts (1), does not (0) or asks a person ([Verdicts#REVIEW]), what acting
  /// and the other answer are expected to cost, and why.
  static final Schema PART =
      new Schema(
          List.of(
              new Field("key", Type.TEXT),
              new Field("observed_at", Type.TIME),
              new Field("score", Type.NUMBER),
              new Field("value", Type.NUMBER),
              new Field("acts", Type.NUMBER),
              new Field("cost_yes", Type.NUMBER),
              new Field("cost_no", Type.NUMBER),
              new Field("reasons", Type.TEXT)));

  private static final int REASONS = 3;

  private final Scoring scoring;
  private final Policy policy;
  private final boolean explain;

  ChunkScorer(Bundle bundle, boolean explain) {
    this.scoring = bundle.scoring();
    this.policy = bundle.policy();
    this.explain = explain;
  }

  /// The rows of a chunk under [#PART].
  Table score(Observations.Chunk chunk) {
    int n = chunk.size();
    Results results = new Results(n);
    score(chunk, results);
    return results.table(chunk);
  }

  private static final class Results {
    final double[] score;
    final double[] value;
    final double[] acts;
    final double[] costYes;
    final double[] costNo;
    final @Nullable String[] reasons;

    Results(int n) {
      score = new double[n];
      value = new double[n];
      acts = new double[n];
      costYes = new double[n];
      costNo = new double[n];
      reasons = new @Nullable String[n];
    }

    Table table(Observations.Chunk chunk) {
      Dictionary texts = new Dictionary();
      int[] codes = new int[reasons.length];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = texts.code(reasons[i]);
      }
      return new Table(
          PART,
          List.of(
              chunk.keys(),
              new Column.Moments(chunk.at()),
              new Column.Numbers(score),
              new Column.Numbers(value),
              new Column.Numbers(acts),
              new Column.Numbers(costYes),
              new Column.Numbers(costNo),
              new Column.Texts(codes, texts)),
          reasons.length);
    }
  }

  private void score(Observations.Chunk chunk, Results out) {
    int[] rows = new int[chunk.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    double[] scores = scoring.scores(chunk.rows(), rows);
    Table.Cursor row = chunk.rows().cursor();
    Decision decision = new Decision();
    for (int i = 0; i < rows.length; i++) {
      double p = scores[i];
      policy.decide(p, row.at(i), decision);
      out.score[i] = p;
      out.value[i] = decision.value();
      out.acts[i] = decision.acts() ? 1 : decision.review() ? Verdicts.REVIEW : 0;
      out.costYes[i] = p * policy.cost(true, true, row) + (1 - p) * policy.cost(true, false, row);
      out.costNo[i] =
          decision.review()
              ? decision.expectedCost()
              : p * policy.cost(false, true, row) + (1 - p) * policy.cost(false, false, row);
      if (explain) {
        out.reasons[i] =
            scoring.reasons(row, REASONS).stream()
                .map(Reason::text)
                .collect(Collectors.joining("; "));
      }
    }
  }
}
