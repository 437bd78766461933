package dev.gnomon.features;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a comparison of served features with the serving path and the back-fill path found.
///
/// @param useCase its name
/// @param definition hash of the definition by which all was computed
/// @param compared what the requests were
/// @param requests how many were compared
/// @param otherDefinition decisions logged under another definition than today's (or none): not
///   compared
/// @param values how many values
/// @param differing how many of them differ on any two of the three sides
/// @param given values that came with their request: taken as they came, not compared
/// @param inFlight values that are right before, and not yet after, a row that arrived within a
///   second of the request was visible; they do not count as differing
/// @param withinError values of sketches that are not the same bits, but within the stated error
/// @param features one per column of the row, in order
public record VerificationReport(
    String useCase,
    String definition,
    Compared compared,
    long requests,
    long otherDefinition,
    long values,
    long differing,
    long given,
    long inFlight,
    long withinError,
    List<Feature> features) {
  public VerificationReport {
    features = List.copyOf(features);
  }

  /// What was compared.
  public enum Compared {
    /// Logged decisions, replayed over files and posted rows.
    DECISIONS("logged decisions"),
    /// The observations of the training set, since nothing was decided yet.
    OBSERVATIONS("observations of the training set"),
    /// Nothing: a flat table has one path only.
    NOTHING("nothing");

    private final String word;

    Compared(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// What was found of one feature.
  ///
  /// @param source its name; empty for what is derived from other features
  /// @param exact whether all sides must give the same bits, or keep to a stated error
  /// @param missing of the differing ones those that were served as missing and have a value
  /// @param extra those that were served with a value and are missing
  /// @param other those with another value
  /// @param servedApart serving path and back-fill agree with each other, not with what was served
  /// @param replayApart what was served and the back-fill agree, the serving path does not
  /// @param backfillApart what was served and the serving path agree, the back-fill does not
  /// @param greatest the greatest absolute difference of two numbers; 0 for none
  /// @param smape symmetric mean absolute percentage error of numbers on both sides, 0 to 2
  /// @param examples the first few
  public record Feature(
      String name,
      String source,
      boolean exact,
      long values,
      long differing,
      long missing,
      long extra,
      long other,
      long servedApart,
      long replayApart,
      long backfillApart,
      double greatest,
      double smape,
      List<Example> examples) {
    public Feature {
      examples = List.copyOf(examples);
    }
  }

  /// One value that differs; values as text, empty when missing.
  public record Example(
      String key,
      Instant at,
      long position,
      Optional<String> served,
      Optional<String> replayed,
      Optional<String> backfilled) {
    /// For people.
    public String line() {
      return "of %s at %s: served %s, replayed %s, back-filled %s"
          .formatted(key, at, shown(served), shown(replayed), shown(backfilled));
    }

    private static String shown(Optional<String> value) {
      return value.orElse("missing");
    }
  }

  /// The same, beside decisions that were not compared.
  public VerificationReport withOtherDefinition(long decisions) {
    return new VerificationReport(
        useCase,
        definition,
        compared,
        requests,
        decisions,
        values,
        differing,
        given,
        inFlight,
        withinError,
        features);
  }

  /// The first difference, for people; empty when there is none.
  public Optional<String> first() {
    return features.stream()
        .filter(feature -> !feature.examples().isEmpty())
        .findFirst()
        .map(feature -> feature.name() + " " + feature.examples().getFirst().line());
  }

  /// The features of which any value differs.
  public List<String> differingFeatures() {
    return features.stream().filter(feature -> feature.differing() > 0).map(Feature::name).toList();
  }
}
