package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.RecordJson;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.training.card.CardPage;
import dev.gnomon.training.card.Cards;
import dev.gnomon.training.card.ModelCard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints the card of a version, or writes one of its sections over.
@Command(
    name = "card",
    description = {
      "Print the card of a version as Markdown: what it is for, what it was measured at, where it errs.",
      "Sections people can write: intended-use, limits, ethics, remarks; the ledger keeps who wrote what."
    },
    footer = {
      "gnomon models card churn 3",
      "gnomon models card churn champion --html card.html",
      "gnomon models card churn 3 --edit limits --text 'Not for business customers.' --why review"
    })
final class ModelsCard implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "A use case.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "A version or an alias (default: champion, else the newest).")
  private Optional<String> version = Optional.empty();

  @Option(names = "--html", paramLabel = "FILE", description = "Write the card as a page instead.")
  private Optional<Path> html = Optional.empty();

  @Option(names = "--edit", paramLabel = "SECTION", description = "Write this section over.")
  private Optional<String> section = Optional.empty();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "Its new text; an empty one brings the generated text back.")
  private Optional<String> text = Optional.empty();

  @Option(names = "--from", paramLabel = "FILE", description = "A file with its new text.")
  private Optional<Path> from = Optional.empty();

  @Option(names = "--why", paramLabel = "TEXT", description = "Why, for the ledger.")
  private String why = "";

  ModelsCard(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    ModelCard card;
    try (Registry registry = Versions.open(common, home, clock)) {
      ModelVersion found =
          Versions.find(registry, name + version.map(v -> "@" + v).orElse(""), home);
      Cards cards = new Cards(registry, new BundleStore(home.bundles()));
      if (section.isPresent()) {
        cards.edit(found, section.get(), newText(), Person.name(), why);
      } else if (text.isPresent() || from.isPresent()) {
        throw new BadInput("--text", "of no section", "--edit SECTION with it");
      }
      card = cards.of(found);
    }
    if (html.isPresent()) {
      Files.writeString(html.get(), CardPage.render(card), StandardCharsets.UTF_8);
      terminal.out().println(html.get());
    } else if (common.json()) {
      terminal.json(RecordJson.node(card));
    } else {
      terminal.out().print(card.markdown());
    }
    return ExitCode.DONE;
  }

  private String newText() throws IOException {
    if (text.isPresent() == from.isPresent()) {
      throw new BadInput(
          "--edit", text.isPresent() ? "two texts" : "no text", "either --text or --from");
    }
    if (from.isPresent() && !Files.isReadable(from.get())) {
      throw new BadInput("--from " + from.get(), "it can't be read", "a text file");
    }
    return text.isPresent() ? text.get() : Files.readString(from.get(), StandardCharsets.UTF_8);
  }
}
