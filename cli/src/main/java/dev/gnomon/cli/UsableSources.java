package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.TrainingSets;
import java.time.InstantSource;
import java.util.OptionalLong;

/// The sources of a use case as commands read them: checked first, so that rows set aside for
/// training are set aside everywhere, and joined by what was posted.
final class UsableSources {
  private UsableSources() {}

  /// @throws dev.gnomon.core.Refusal if a blocking check fails
  static SourceOpener of(
      UseCase useCase, FileEngine engine, Home home, Progress progress, InstantSource clock) {
    DataCheck.Outcome checked = DataCheck.run(useCase, engine, home, progress, clock);
    checked.report().requireUsable();
    return new LoggedSources(SourceReaders.checked(checked, engine, useCase), home, progress);
  }

  static TrainingSets.Options options(Home home, OptionalLong asOf) {
    TrainingSets.Options all = TrainingSets.Options.inDirectory(home.root().resolve("spill"));
    return new TrainingSets.Options(asOf, all.threads(), all.memoryBytes(), all.spillDirectory());
  }
}
