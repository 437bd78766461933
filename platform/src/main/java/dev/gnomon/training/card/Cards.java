package dev.gnomon.training.card;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.Retention;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.training.card.ModelCard.Block;
import dev.gnomon.training.card.ModelCard.Edit;
import dev.gnomon.training.card.ModelCard.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Model cards of a registry. What people wrote is kept in the ledger under the kind `card`, with
/// the subject `<version>/<section>`.
public final class Cards {
  /// The sections people can write, with their titles.
  public static final Map<String, String> EDITABLE =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.of(
                  "intended-use", "Intended use",
                  "limits", "Limits",
                  "ethics", "Ethical considerations",
                  "remarks", "Remarks")));

  private static final int MOST = 50_000;

  private final Registry registry;
  private final BundleStore bundles;

  public Cards(Registry registry, BundleStore bundles) {
    this.registry = registry;
    this.bundles = bundles;
  }

  /// The card of a version; of one whose bundle is gone, what the registry still knows.
  public ModelCard of(ModelVersion version) throws IOException {
    Optional<Path> bundle =
        bundles.has(version.bundleHash())
            ? Optional.of(bundles.open(version.bundleHash()))
            : Optional.empty();
    SemanticVersion number =
        Objects.requireNonNull(
            SemanticVersion.of(registry.versions(version.useCase())).get(version.version()),
            "a registered version has a number");
    List<String> aliases = new ArrayList<>();
    registry
        .aliases(version.useCase())
        .forEach((alias, target) -> {
          if (target.version() == version.version()) {
            aliases.add(alias);
          }
        });
    CardText text =
        bundle.isPresent() ? CardText.of(version, bundle.get()) : CardText.withoutBundle(version);
    List<Section> sections = new ArrayList<>();
    for (Section section : text.sections(number, aliases)) {
      sections.add(section.editable() ? edited(version, section) : section);
    }
    return new ModelCard(
        version.useCase(),
        version.version(),
        "%s, version %d".formatted(version.useCase(), version.version()),
        sections);
  }

  private Section edited(ModelVersion version, Section generated) {
    Optional<LedgerEntry> entry =
        registry.lastEntry(
            Retention.CARD, version.useCase(), version.version() + "/" + generated.id());
    String text = entry.map(e -> text(e.content())).orElse("");
    return text.isBlank()
        ? generated
        : new Section(
            generated.id(),
            generated.title(),
            true,
            List.of(new Block.Text(text)),
            entry.map(e -> new Edit(e.who(), e.at())));
  }

  private static String text(String content) {
    JsonNode json = JsonMapper.shared().readTree(content);
    return json.path("text").asString("");
  }

  /// Writes a section over; a blank text brings the generated one back. The same text again changes
  /// nothing.
  ///
  /// @param text Markdown of paragraphs and points; no personal data, the ledger keeps it for ever
  /// @throws BadInput for a section there is none of, or that can't be written
  public void edit(ModelVersion version, String section, String text, String who, String why) {
    if (!EDITABLE.containsKey(section)) {
      throw new BadInput(
          "section '" + section + "'",
          "it can't be written",
          "one of " + String.join(", ", EDITABLE.keySet()));
    }
    if (text.length() > MOST) {
      throw new BadInput(
          "section '" + section + "'", text.length() + " characters", "at most " + MOST);
    }
    String content = CanonicalJson.text(CanonicalJson.object().put("text", text.strip())).strip();
    var _ =
        registry.recordNew(
            version.useCase(),
            new ControlChange.Other(Retention.CARD, version.version() + "/" + section, content),
            who,
            why);
  }
}
