package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.instances.NeighboursModel;
import dev.gnomon.models.instances.RowBlocks;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;

/// The mean target of the nearest training rows (Fix and Hodges 1951; Cover and Hart 1967):
/// `neighbours` (15; fewer when there are not so many rows) of them, counted alike or by 1 /
/// distance (`weights: uniform` or `distance`), times the row's own weight.
///
/// Exact Euclidean search over all rows in blocks of columns: each decision costs rows x inputs
/// multiplications and training nothing, so more than [#MOST] values (rows x inputs) are refused.
/// No tree is built: beyond a handful of inputs it visits nearly all rows anyway.
public final class NeighboursTrainer implements Trainer {
  /// The most training values it keeps; about 10 ms a decision and 80 MB.
  public static final int MOST = 20_000_000;

  @Override
  public String name() {
    return NeighboursModel.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return true;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    Settings read = new Settings(name(), fit.settings());
    int neighbours = read.integer("neighbours", 15, 1, 10_000);
    boolean byDistance =
        read.choice("weights", "uniform", "uniform", "distance").equals("distance");
    read.check();
    Fit.Rows rows = fit.rows();
    int width = rows.inputs().width();
    if ((long) rows.size() * width > MOST) {
      throw new BadInput(
          "models.candidates." + name(),
          "%,d rows of %,d inputs".formatted(rows.size(), width),
          "at most %,d values in all: every decision is compared with every row".formatted(MOST));
    }
    SparseRows.requireFinite(rows.inputs());
    return new NeighboursModel(
        fit.target() == Fit.Target.BINARY ? Output.PROBABILITY : Output.NUMBER,
        Math.min(neighbours, rows.size()),
        byDistance,
        RowBlocks.of(rows.inputs().values(), rows.size(), width),
        rows.targets(),
        rows.weights(),
        MeanRow.of(rows));
  }
}
