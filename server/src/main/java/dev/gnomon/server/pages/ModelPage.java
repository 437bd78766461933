package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.ControlChange.Approval.State;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One registered model: what decides, what was live when, what waits for approval, all versions.
final class ModelPage {
  private static final int MOST_CHANGES = 50;
  private static final int MOST_ROWS = 12;
  private static final int MOST_METRICS = 3;

  private final ModelReader reader;
  private final ModelView model;
  private final Request request;
  private final Instant now;
  private final Map<Integer, SemanticVersion> semantic;
  private final StringBuilder out = new StringBuilder(64 * 1024);

  private ModelPage(ModelReader reader, ModelView model, Request request, Instant now) {
    this.reader = reader;
    this.model = model;
    this.request = request;
    this.now = now;
    this.semantic = SemanticVersion.of(reader.registry().versions(model.name()));
  }

  static Answer answer(ModelReader reader, Request request, Instant now) {
    return answer(reader, request, now, 200, "");
  }

  /// @param wrong why an action was refused, as text; empty for none
  static Answer answer(ModelReader reader, Request request, Instant now, int status, String wrong) {
    String name = request.segments().getFirst();
    int before =
        request
            .query("before")
            .filter(text -> text.matches("[0-9]{1,9}"))
            .map(Integer::parseInt)
            .orElse(0);
    return reader
        .model(name, before)
        .map(model -> new ModelPage(reader, model, request, now).page(status, wrong))
        .orElseGet(() -> Pages.notFound("model '" + name + "'"));
  }

  private Answer page(int status, String wrong) {
    Promotions promotions = reader.registry().promotions();
    ModelForms forms = new ModelForms(out, model, promotions, request.caller());
    List<Promotions.Question> open = model.own() ? forms.open() : List.of();
    head(promotions, open);
    if (!wrong.isEmpty()) {
      out.append("<p class=\"wrong\" role=\"alert\">").append(Html.escape(Words.cut(wrong, 2_000)));
      out.append("</p>");
    }
    request.query("done").ifPresent(what -> done(what, promotions));
    if (model.own()) {
      history();
      forms.waiting(open);
    }
    versions();
    lineage();
    if (model.own()) {
      forms.release(chosen());
    } else {
      out.append(
          "<p class=\"soft\">Its versions belong to clients of MLflow, which move its aliases: ");
      out.append("<code>client.set_registered_model_alias(name, alias, version)</code>.</p>");
    }
    return Pages.page(
        status,
        Page.of(
            model.name() + " \u00b7 Gnomon",
            List.of(new Page.Crumb("/models", "Models")),
            model.name(),
            out.toString()));
  }

  private @Nullable Integer chosen() {
    return request
        .query("version")
        .filter(text -> text.matches("[1-9][0-9]{0,8}"))
        .map(Integer::valueOf)
        .orElse(null);
  }

  private void head(Promotions promotions, List<Promotions.Question> open) {
    out.append("<h1>").append(Html.escape(Words.cut(model.name(), 250))).append("</h1>");
    if (!model.description().isEmpty()) {
      out.append("<div class=\"lead\">")
          .append(Markdown.html(model.description()))
          .append("</div>");
    }
    out.append("<p class=\"soft\">").append(Html.count(model.all()));
    out.append(model.all() == 1 ? " version" : " versions");
    if (model.own()) {
      out.append(" of the use case <a href=\"").append(Html.escape(Words.link(model.name())));
      out.append("\">").append(Html.escape(model.name())).append("</a>");
    }
    out.append(". <a href=\"");
    out.append(Address.of("ledger").with("usecase", model.name()).html());
    out.append("\">All its changes</a></p>");
    if (!model.own()) {
      return;
    }
    out.append("<dl class=\"tiles\">");
    Integer champion = model.aliases().get(ModelWords.CHAMPION);
    if (champion == null) {
      out.append(Words.tile("Champion", "none", "fallback rules decide"));
    } else {
      Optional<LedgerEntry> since =
          reader.registry().aliasHistory(model.name(), ModelWords.CHAMPION).stream()
              .reduce((a, b) -> b);
      out.append(
          Words.tile(
              "Champion",
              "<a href=\"%s\">version %d</a>"
                  .formatted(ModelWords.address(model.name(), champion).html(), champion),
              since.map(entry -> "since " + Words.MINUTE.format(entry.at()) + " UTC").orElse("")));
    }
    Optional<ModelVersion> before = promotions.before(model.name());
    out.append(
        Words.tile(
            "A rollback leads to",
            before.map(version -> "version " + version.version()).orElse("\u2013"),
            before.isEmpty() ? "none was champion before" : ""));
    out.append(
        Words.tile(
            "Waiting for approval",
            Html.count(open.size()),
            promotions.approvalRequired(model.name())
                ? "a second person approves"
                : "none required"));
    out.append("</dl>");
  }

  /// What was done is said as long as it is so: an address may be opened again much later.
  private void done(String what, Promotions promotions) {
    int version =
        request
            .query("of")
            .filter(text -> text.matches("[1-9][0-9]{0,8}"))
            .map(Integer::parseInt)
            .orElse(0);
    Optional<State> asked =
        version == 0
            ? Optional.empty()
            : promotions.question(model.name(), version).map(Promotions.Question::state);
    boolean decides = Integer.valueOf(version).equals(model.aliases().get(ModelWords.CHAMPION));
    String text =
        switch (what) {
          case "promoted" ->
              decides ? "Promoted: version %d is the champion.".formatted(version) : "";
          case "waiting" ->
              asked.filter(State.REQUESTED::equals).isPresent()
                  ? "Asked for: another person must approve version %d, then it can be promoted."
                      .formatted(version)
                  : "";
          case "approved" ->
              asked.filter(State.APPROVED::equals).isPresent() && !decides
                  ? "Approved: version %d can be promoted.".formatted(version)
                  : "";
          case "rejected" ->
              asked.filter(State.REJECTED::equals).isPresent()
                  ? "Version %d is rejected.".formatted(version)
                  : "";
          case "back" -> "Rolled back.";
          default -> "";
        };
    if (!text.isEmpty()) {
      out.append("<p class=\"done\" role=\"status\">").append(text).append("</p>");
    }
  }

  private void history() {
    List<LedgerEntry> changes =
        reader.registry().entries(ControlChange.AliasMoved.KIND, model.name());
    out.append("<section aria-labelledby=\"live\"><h2 id=\"live\">What was live</h2>");
    if (changes.isEmpty()) {
      out.append("<p>No version was ever given an alias: fallback rules decide. The first that ");
      out.append("passes its gates becomes champion by itself.</p></section>");
      return;
    }
    Map<String, List<Map.Entry<Instant, Optional<Integer>>>> moves = new TreeMap<>();
    for (LedgerEntry change : changes) {
      if (ControlChange.of(change) instanceof ControlChange.AliasMoved moved) {
        OptionalInt version = moved.version();
        moves
            .computeIfAbsent(moved.alias(), _ -> new ArrayList<>())
            .add(
                new AbstractMap.SimpleImmutableEntry<>(
                    change.at(),
                    version.isPresent() ? Optional.of(version.getAsInt()) : Optional.empty()));
      }
    }
    Map<String, List<HistoryBar.Stay>> stays = new java.util.LinkedHashMap<>();
    List<String> aliases = new ArrayList<>(moves.keySet());
    aliases.remove(ModelWords.CHAMPION);
    aliases.addFirst(ModelWords.CHAMPION);
    aliases.stream()
        .filter(moves::containsKey)
        .limit(MOST_ROWS)
        .forEach(
            alias -> stays.put(alias, HistoryBar.stays(moves.getOrDefault(alias, List.of()), now)));
    out.append(
        "<div class=\"scroll drawn\" tabindex=\"0\" role=\"region\" aria-label=\"History\">");
    out.append(HistoryBar.draw(stays, now)).append("</div>");
    changes(changes);
    out.append("</section>");
  }

  private void changes(List<LedgerEntry> changes) {
    out.append(
        "<details><summary>Changes, with who and why</summary><table class=\"stack\"><thead>");
    out.append("<tr><th scope=\"col\">Time, UTC</th><th scope=\"col\">Alias</th>");
    out.append("<th scope=\"col\">Version</th><th scope=\"col\">By</th>");
    out.append("<th scope=\"col\">Reason</th></tr></thead><tbody>");
    List<LedgerEntry> newest = changes.reversed();
    for (LedgerEntry change : newest.subList(0, Math.min(MOST_CHANGES, newest.size()))) {
      out.append("<tr><th scope=\"row\">").append(Words.time(change.at()));
      out.append("</th><td data-name=\"alias\">").append(Html.escape(change.subject()));
      out.append("</td><td data-name=\"version\">");
      out.append(change.content().isEmpty() ? "removed" : Html.escape(change.content()));
      out.append("</td><td data-name=\"by\">").append(Html.escape(Words.cut(change.who(), 80)));
      out.append("</td><td data-name=\"reason\" class=\"break\">");
      out.append(change.why().isEmpty() ? "\u2013" : Html.escape(Words.cut(change.why(), 300)));
      out.append("</td></tr>");
    }
    out.append("</tbody></table></details>");
  }

  /// The metrics that gates look at come first: they are what counts.
  private List<String> metrics() {
    TreeSet<String> gated = new TreeSet<>();
    TreeSet<String> all = new TreeSet<>();
    for (ModelView.Version version : model.versions()) {
      all.addAll(version.metrics().keySet());
      version.gates().forEach(gate -> gated.add(gate.name()));
    }
    List<String> names = new ArrayList<>();
    for (String name : List.of("roc-auc", "expected-cost", "average-precision", "rmse", "mae")) {
      if (all.remove(name)) {
        names.add(name);
      }
    }
    all.stream().filter(gated::contains).forEach(names::add);
    all.stream().filter(name -> !names.contains(name)).forEach(names::add);
    return names.subList(0, Math.min(MOST_METRICS, names.size()));
  }

  private void versions() {
    List<String> metrics = metrics();
    out.append("<section aria-labelledby=\"versions\"><h2 id=\"versions\">Versions</h2>");
    if (model.versions().isEmpty()) {
      out.append("<p>None yet.</p></section>");
      return;
    }
    out.append("<form method=\"get\" action=\"");
    out.append(Address.of("models", model.name(), "compare").html());
    out.append("\"><p class=\"above\"><button>Compare the ticked versions</button></p>");
    out.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of versions\">");
    out.append("<table class=\"wide\"><thead><tr><th scope=\"col\"><span class=\"hidden\">Compare");
    out.append("</span></th><th scope=\"col\">Version</th><th scope=\"col\">Aliases</th>");
    out.append("<th scope=\"col\">Gates</th>");
    metrics.forEach(name ->
        out.append("<th scope=\"col\" class=\"n\">")
            .append(Html.escape(Words.cut(name, 32)))
            .append("</th>"));
    out.append("<th scope=\"col\">Stage</th><th scope=\"col\">Registered, UTC</th>");
    out.append("<th scope=\"col\">Run</th></tr></thead><tbody>");
    model.versions().forEach(version -> row(version, metrics));
    out.append("</tbody></table></div></form>");
    int last = model.versions().getLast().number();
    if (model.versions().size() < model.all() && last > 1) {
      out.append("<nav class=\"pages\" aria-label=\"Pages\"><a href=\"");
      out.append(ModelWords.address(model.name()).with("before", Integer.toString(last)).html());
      out.append("\">Older versions</a></nav>");
    }
    out.append("</section>");
  }

  private void row(ModelView.Version version, List<String> metrics) {
    String number = Integer.toString(version.number());
    out.append("<tr><td>")
        .append(Fields.silentTick("version", number, "Compare version " + number));
    out.append("</td><th scope=\"row\">").append(ModelWords.number(model.name(), version.number()));
    SemanticVersion meant = semantic.get(version.number());
    if (meant != null) {
      out.append("<small class=\"soft block\">").append(meant.text()).append(", ");
      out.append(Html.escape(meant.change())).append("</small>");
    }
    out.append("</th><td>");
    out.append(
        version.aliases().stream()
            .map(ModelWords::alias)
            .reduce((a, b) -> a + " " + b)
            .orElse("\u2013"));
    out.append("</td><td>").append(gates(version)).append("</td>");
    for (String name : metrics) {
      out.append("<td class=\"n\">");
      Double value = version.metrics().get(name);
      out.append(value == null ? "\u2013" : Words.number(value)).append("</td>");
    }
    out.append("<td>");
    out.append(
        version.registered().map(RegisteredVersion::stage).map(ModelWords::stage).orElse("\u2013"));
    out.append("</td><td>").append(Words.time(version.created())).append("</td><td>");
    out.append(
        version
            .run()
            .map(id -> "<a href=\"%s\">run</a>".formatted(Address.of("runs", id).html()))
            .orElse("\u2013"));
    out.append("</td></tr>");
  }

  private static String gates(ModelView.Version version) {
    if (version.own().isEmpty()) {
      return "\u2013";
    }
    List<ModelView.Gate> gates = version.gates();
    long passed = gates.stream().filter(ModelView.Gate::passed).count();
    return ModelsPage.gates(version.own().get().passed())
        + (gates.isEmpty()
            ? ""
            : " <span class=\"soft\">" + passed + " of " + gates.size() + "</span>");
  }

  private void lineage() {
    Integer champion = model.aliases().get(ModelWords.CHAMPION);
    Optional<ModelView.Version> shown =
        Optional.ofNullable(champion)
            .flatMap(model::version)
            .or(() -> model.versions().stream().findFirst());
    shown.ifPresent(version -> {
      Optional<Run> run = version.run().flatMap(id -> RunWords.find(reader.tracking(), id));
      out.append(
          "<section aria-labelledby=\"lineage\"><h2 id=\"lineage\">From data to decisions: ");
      out.append("version ").append(version.number()).append("</h2>");
      out.append(VersionFlow.picture(model, version, run)).append("</section>");
    });
  }
}
