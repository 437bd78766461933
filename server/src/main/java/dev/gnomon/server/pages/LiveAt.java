package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Made;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The answer to "what was live at a moment, and why": for each use case what decided, by whose
/// word, made of what, with the entries that say so.
final class LiveAt {
  /// Use cases whose evidence is open at once.
  private static final int MOST_OPEN = 3;

  private static final int MOST_CASES = 50;
  private static final int MOST_EVIDENCE = 200;

  private final StringBuilder out;

  LiveAt(StringBuilder out) {
    this.out = out;
  }

  /// @param check of the chain behind it
  void write(Instant moment, Collection<LedgerState.Deciding> states, LedgerCheck check) {
    out.append("<h3 class=\"moment\">On <time datetime=\"").append(moment).append("\">");
    out.append(Html.escape(Moment.words(moment))).append("</time></h3>");
    if (states.isEmpty()) {
      out.append("<p>Nothing that decides was known to the ledger then.</p>");
    }
    states.stream().limit(MOST_CASES).forEach(state -> deciding(state, states.size()));
    if (states.size() > MOST_CASES) {
      out.append("<p class=\"under\">and ").append(Html.count(states.size() - MOST_CASES));
      out.append(" more use cases: choose one above.</p>");
    }
    if (check.intact()) {
      out.append("<p class=\"done\">The chain holds: ").append(Html.count(check.entries()));
      out.append(" entries, each with the hash it must have. Newest: <code>");
      out.append(Html.escape(check.head())).append("</code></p>");
    } else {
      out.append("<p class=\"wrong\" role=\"alert\">The chain does not hold: ");
      out.append(Html.escape(check.problem().orElse("")));
      out.append(". <code>gnomon doctor</code> says more.</p>");
    }
  }

  private void deciding(LedgerState.Deciding state, int all) {
    String name = state.useCase();
    Optional<Integer> version = state.version();
    out.append("<article class=\"ask\"><h3><a href=\"").append(ModelWords.address(name).html());
    out.append("\">").append(Html.escape(name)).append("</a></h3><p class=\"lead\">");
    out.append(
        version
            .map(number -> ModelWords.link(name, number) + " decided.")
            .orElse("Fallback rules decided: no version was champion."));
    out.append("</p>");
    because(state, version);
    out.append("<dl class=\"facts\">");
    version
        .flatMap(state::registered)
        .ifPresent(registered -> {
          fact("Bundle", code(registered.bundle()));
          registered.made().ifPresent(this::made);
        });
    state
        .aliases()
        .forEach((alias, number) -> {
          if (!alias.equals(LedgerState.CHAMPION)) {
            fact("Alias " + alias, ModelWords.link(name, number));
          }
        });
    state.stages().forEach((number, stage) -> fact("Version " + number, Html.escape(stage)));
    fact(
        "Release rule",
        state.approvalRequired() ? "a second person must approve" : "no approval needed");
    state.nodes().forEach(this::node);
    out.append("</dl>");
    evidence(state.evidence(), all <= MOST_OPEN);
    out.append("</article>");
  }

  /// Who made the version champion and why, newest first.
  private void because(LedgerState.Deciding state, Optional<Integer> version) {
    out.append("<ul class=\"why\">");
    for (LedgerEntry entry : state.evidence().reversed()) {
      boolean about =
          switch (ControlChange.of(entry)) {
            case ControlChange.AliasMoved it -> it.alias().equals(LedgerState.CHAMPION);
            case ControlChange.Approval it -> version.filter(n -> n == it.version()).isPresent();
            case ControlChange.GateOverridden it ->
                version.filter(n -> n == it.version()).isPresent();
            case ControlChange.Promoted it -> version.filter(n -> n == it.version()).isPresent();
            default -> false;
          };
      if (about) {
        out.append("<li>").append(ChangeWords.of(entry)).append(" on ");
        out.append(Words.time(entry.at())).append(" UTC by <strong>");
        out.append(Html.escape(Words.cut(entry.who(), 80))).append("</strong>");
        out.append(
            entry.why().isEmpty()
                ? ", no reason given"
                : ": \u201c" + Html.escape(Words.cut(entry.why(), 500)) + "\u201d");
        out.append(" (").append(LedgerPage.entryLink(entry)).append(")</li>");
      }
    }
    out.append("</ul>");
  }

  private void made(Made made) {
    fact("Policy", code(made.policy()));
    fact("Features", code(made.features()));
    new TreeMap<>(made.views())
        .forEach((view, hash) ->
            fact(
                "View " + view,
                "<a href=\"%s?version=%s\">%s</a>"
                    .formatted(
                        Html.escape(Words.view(view)),
                        Html.escape(Catalogue.shortHash(hash)),
                        code(hash))));
    fact("Trained by statement", code(made.definition()));
  }

  private void node(String name, LedgerState.Node node) {
    StringBuilder value = new StringBuilder(node.serving() ? "deciding" : "not deciding");
    value.append(" since ").append(Words.time(node.since())).append(" UTC");
    node.defined()
        .ifPresent(defined ->
            value
                .append("<small>by statement ")
                .append(code(defined.definition()))
                .append("</small><small>costs and rules ")
                .append(code(defined.policy()))
                .append("</small><small>")
                .append(ChangeWords.shares(defined.assignment()))
                .append("</small>"));
    fact("Server " + name, value.toString());
  }

  private void evidence(List<LedgerEntry> evidence, boolean open) {
    out.append("<details").append(open ? " open=\"open\"" : "").append("><summary>Evidence: ");
    out.append(Html.count(evidence.size())).append(evidence.size() == 1 ? " entry" : " entries");
    out.append("</summary>");
    int first = Math.max(0, evidence.size() - MOST_EVIDENCE);
    if (first > 0) {
      out.append("<p class=\"under\">The newest ").append(MOST_EVIDENCE).append(":</p>");
    }
    LedgerPage.table(out, evidence.subList(first, evidence.size()), true);
    out.append("</details>");
  }

  private static String code(String hash) {
    return hash.isEmpty() ? "\u2013" : "<code>" + Html.escape(Words.cut(hash, 80)) + "</code>";
  }

  /// @param value HTML
  private void fact(String name, String value) {
    out.append("<dt>").append(Html.escape(Words.cut(name, 120))).append("</dt><dd>");
    out.append(value).append("</dd>");
  }
}
