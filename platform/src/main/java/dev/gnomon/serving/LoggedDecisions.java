package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.ServedRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The decisions in the log of a use case as requests that can be compared: those whose features
/// were computed by today's definition. What is logged after this was made is left out.
public final class LoggedDecisions implements ServedRequests {
  private final Path directory;
  private final String definition;
  private long count;
  private long other;
  private long last = -1;

  /// Counts the decisions.
  ///
  /// @param plan today's definition
  public LoggedDecisions(Home home, FeaturePlan plan) {
    this.directory = home.decisions(plan.useCase().name());
    this.definition = plan.hash();
    read((record, version) -> {
      last = record.position();
      if (version.equals(definition)) {
        count++;
      } else {
        other++;
      }
    });
  }

  /// How many there are.
  public long size() {
    return count;
  }

  /// How many were logged under another definition, or before the log said under which.
  public long otherDefinition() {
    return other;
  }

  @Override
  public void forEach(Sink sink) {
    read((record, version) -> {
      if (version.equals(definition) && record.position() <= last) {
        sink.request(
            record.key(), record.at(), record.madeAt(), record.position(), record.features());
      }
    });
  }

  private void read(DecisionLog.Versioned each) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      DecisionLog.forEachVersioned(directory, each);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
