package dev.gnomon.server.pages;

import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.monitoring.MonitorReport.Bin;
import java.time.Instant;
import java.util.List;

/// What the page of one view shows besides its line in the catalogue.
///
/// @param others versions of the same name with another definition, in other use cases
/// @param values by use case whose champion reads the view
/// @param columns of the source, computed ones included
/// @param verified the last comparisons of served features, by use case
/// @param checks of arriving rows
/// @param history by use case, newest version first
public record FeatureViewDetail(
    FeatureViewLine line,
    List<FeatureViewLine> others,
    List<FeatureDefinition> definitions,
    List<Values> values,
    List<Verified> verified,
    List<SourceColumn> columns,
    List<CheckState> checks,
    List<Trained> history) {
  public FeatureViewDetail {
    others = List.copyOf(others);
    definitions = List.copyOf(definitions);
    values = List.copyOf(values);
    verified = List.copyOf(verified);
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    history = List.copyOf(history);
  }

  /// The values of the features in one use case.
  ///
  /// @param decisions recent ones since the start
  public record Values(String useCase, int version, long decisions, List<OfFeature> features) {
    public Values {
      features = List.copyOf(features);
    }
  }

  /// @param bins shares in the training rows beside recent ones
  /// @param psi NaN while there are too few recent values
  /// @param missing share of recent decisions without a value; NaN without any
  /// @param referenceMissing share of the training rows without a value
  public record OfFeature(
      String name, List<Bin> bins, double psi, double missing, double referenceMissing) {
    public OfFeature {
      bins = List.copyOf(bins);
    }
  }

  /// What the last comparison of served features with the back-fill found.
  ///
  /// @param live whether on a sample of live requests; else by `gnomon features verify`
  /// @param how for people: what was compared
  /// @param values of all features of the use case
  /// @param features of this view that differ
  /// @param current whether the definition of today was compared
  public record Verified(
      String useCase,
      boolean live,
      Instant at,
      String how,
      long values,
      long differing,
      List<String> features,
      boolean current) {
    public Verified {
      features = List.copyOf(features);
    }
  }

  /// @param role what the column is to the source: key, event time, …; may be empty
  /// @param readBy the features that need it, in their order
  public record SourceColumn(String name, String type, String role, List<String> readBy) {
    public SourceColumn {
      readBy = List.copyOf(readBy);
    }
  }

  /// @param onFailure the word of the file
  public record CheckState(String rule, String onFailure, long seen, long failing, boolean holds) {}

  /// One registered version of a use case.
  ///
  /// @param view the hash of this view it was trained on; empty where its bundle does not say
  /// @param changes what its definition changed against the version before
  public record Trained(
      String useCase,
      int version,
      Instant registered,
      boolean live,
      String view,
      List<String> changes) {
    public Trained {
      changes = List.copyOf(changes);
    }
  }
}
