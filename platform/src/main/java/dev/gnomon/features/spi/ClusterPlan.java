package dev.gnomon.features.spi;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.features.internal.ClusterProgram;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.observations.ObservationProgram;
import dev.gnomon.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a cluster has to do for a training set: read sources, check ids, date the target, group
/// rows by key in canonical order, run [ObservationProgram], sort by (time, key), hash.
public final class ClusterPlan {
  private final FeaturePlan plan;
  private final ClusterProgram cluster;

  private ClusterPlan(FeaturePlan plan, ClusterProgram cluster) {
    this.plan = plan;
    this.cluster = cluster;
  }

  /// @throws dev.gnomon.core.BadInput with all problems of the definition, or for what only one
  ///   process can compute so far
  public static ClusterPlan of(UseCase useCase, SourceOpener opener, Progress progress) {
    Map<String, Schema> schemas = TrainingSets.schemas(useCase, opener);
    FeatureProgram program = FeatureProgram.compile(useCase, schemas);
    program.notes().forEach(progress::note);
    return new ClusterPlan(FeaturePlan.compile(useCase, schemas), new ClusterProgram(program));
  }

  public FeaturePlan features() {
    return plan;
  }

  /// What is read, in the order of the sources of [ObservationProgram].
  public List<ClusterSource> sources() {
    return cluster.sources();
  }

  /// The source whose events are the target; [ObservationProgram#NONE] when labels are listed.
  public int target() {
    return cluster.target();
  }

  /// The stated lateness of the target, microseconds; else it is the delay that 99.9 % of its
  /// events don't exceed.
  public OptionalLong lateness() {
    return cluster.lateness();
  }

  /// How far a label looks, microseconds; 0 when it stands in a column.
  public long horizon() {
    return cluster.horizon();
  }

  /// The name of the key in the population source or the table of observations.
  public String keyName() {
    return cluster.keyName();
  }

  /// Reads the observations, if they are listed.
  ///
  /// @param memoryBytes how much of them is held in memory before the rest goes to disk
  public Optional<ListedRows> listed(
      SourceOpener opener, long memoryBytes, Path spillDirectory, Progress progress) {
    return cluster.listed(opener, memoryBytes, spillDirectory, progress);
  }

  /// What executors run.
  ///
  /// @param asOf up to when outcomes are known
  /// @param lateness of the target
  /// @param first the earliest time of listed observations; the greatest long on a grid
  /// @param last the latest; the smallest long on a grid
  public ObservationProgram observations(long asOf, long lateness, long first, long last) {
    return cluster.observations(asOf, lateness, first, last);
  }
}
