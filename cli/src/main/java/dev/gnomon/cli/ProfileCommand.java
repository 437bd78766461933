package dev.gnomon.cli;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceProfile;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.profile.ProfilePage;
import dev.gnomon.data.profile.ProfileText;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What data are like, and the checks they suggest.
@Command(
    name = "profile",
    description = {
      "Profile the sources of a use case, or one data file: types, missing values, ranges,",
      "distributions, and checks to paste into the use-case file."
    },
    footer = {
      "gnomon profile usecase.yaml",
      "gnomon profile customers.csv --html customers.html",
      "gnomon profile usecase.yaml --source logins --json"
    })
final class ProfileCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "A use-case file, or a CSV, JSON or Parquet file.")
  private Path file = Path.of("");

  @Option(names = "--source", paramLabel = "NAME", description = "Only this source.")
  private Optional<String> source = Optional.empty();

  @Option(names = "--html", paramLabel = "OUT", description = "Also write a page.")
  private Optional<Path> html = Optional.empty();

  ProfileCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Collection<SourceSpec> specs = specs();
    FileEngine engine = FileEngines.find();
    List<SourceProfile> profiles = new ArrayList<>();
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      for (SourceSpec spec : specs) {
        profiles.add(
            SourceProfile.of(
                SourceReader.of(engine, spec, List.of()), Times.micros(clock.instant()), progress));
      }
    }
    if (html.isPresent()) {
      AtomicFiles.writeString(
          html.get(), ProfilePage.of(String.valueOf(file.getFileName()), profiles));
    }
    if (common.json()) {
      terminal.json(RecordJson.node(profiles));
    } else {
      terminal.out().println(ProfileText.of(profiles, Math.max(terminal.width(), 60)));
      html.ifPresent(page -> terminal.out().println("\npage: " + page));
    }
    return ExitCode.DONE;
  }

  private Collection<SourceSpec> specs() {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
      return List.of(
          new SourceSpec(
              DataSection.TABLE,
              SourceSpec.Kind.TABLE,
              FileFormat.of(file.toAbsolutePath()),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Map.of(),
              List.of(),
              Optional.empty(),
              false,
              List.of()));
    }
    Map<String, SourceSpec> all = UseCaseReader.read(file).data().sources();
    if (source.isEmpty()) {
      return all.values();
    }
    SourceSpec one = all.get(source.get());
    if (one == null) {
      throw new BadInput(
          "--source " + source.get(),
          "no such source",
          "one of " + String.join(", ", all.keySet()));
    }
    return List.of(one);
  }
}
