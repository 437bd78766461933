package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.security.Role;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every control change, newest first, and what was live at a moment with the entries that say so.
final class LedgerPage {
  private static final int PAGE = 50;
  private static final int WINDOW = 500;

  /// Entries that one page looks at before it lets the reader decide to go on.
  private static final int MOST_LOOKED_AT = 10_000;

  private static final int MOST_CONTENT = 1_500;

  private final Registry registry;
  private final Request request;
  private final String useCase;
  private final String kind;
  private final String who;
  private final String from;
  private final String to;
  private final String at;
  private final List<String> wrong = new ArrayList<>();
  private final StringBuilder out = new StringBuilder(32 * 1024);

  private LedgerPage(Registry registry, Request request) {
    this.registry = registry;
    this.request = request;
    this.useCase = asked("usecase");
    this.kind = asked("kind");
    this.who = asked("who");
    this.from = asked("from");
    this.to = asked("to");
    this.at = asked("at");
  }

  private String asked(String name) {
    return request.query(name).map(text -> Words.cut(text.strip(), 200)).orElse("");
  }

  static Answer answer(Registry registry, Request request) {
    return new LedgerPage(registry, request).page();
  }

  private Answer page() {
    Optional<Instant> moment = moment("at", at);
    Optional<Instant> begin = moment("from", from);
    Optional<Instant> end = moment("to", to);
    StringBuilder main =
        new StringBuilder("<h1>Ledger</h1><p class=\"lead\">Every control change: ");
    main.append("append-only, each entry chained to the one before by its hash.</p>");
    if (request.caller().role().covers(Role.ADMIN) && request.caller().mayUseAll()) {
      main.append("<p class=\"soft noprint\">Who asked for what, refused attempts too: <a href=\"");
      main.append("/audit\">audit</a>.</p>");
    }
    live(moment);
    list(begin, end);
    for (String text : wrong) {
      main.append("<p class=\"wrong\" role=\"alert\">").append(Html.escape(text)).append("</p>");
    }
    main.append(out);
    return Pages.page(
        wrong.isEmpty() ? 200 : 400, Page.of("Ledger \u00b7 Gnomon", "ledger", main.toString()));
  }

  /// A time as people write it; without a zone it is UTC. The end of a span is the end of its day.
  private Optional<Instant> moment(String name, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Instant> found = Moment.of(text);
    if (found.isEmpty()) {
      wrong.add(
          "'%s' is not a time for %s: write 2026-05-31, 2026-05-31 14:30 or 2026-05-31T14:30:00Z."
              .formatted(text, name));
    }
    boolean day = text.length() == 10 && name.equals("to");
    return day ? found.map(begin -> begin.plus(1, ChronoUnit.DAYS).minusNanos(1_000)) : found;
  }

  private void live(Optional<Instant> moment) {
    out.append("<section aria-labelledby=\"live\"><h2 id=\"live\">What was live at a moment, and");
    out.append(" why</h2><form method=\"get\" action=\"/ledger\"><p class=\"row\">");
    out.append(
        Fields.text(
            "at",
            "at",
            "Moment, in UTC",
            moment.map(Moment::field).orElse(""),
            "type=\"datetime-local\" step=\"any\" required=\"required\""));
    out.append(useCases("live-usecase"));
    out.append("<button>Answer</button></p></form>");
    moment.ifPresent(this::answer);
    out.append("</section>");
  }

  private String useCases(String id) {
    List<Fields.Choice> choices = new ArrayList<>();
    choices.add(new Fields.Choice("", "all"));
    registry.useCases().stream()
        .filter(name -> request.caller().mayUse(name))
        .limit(500)
        .forEach(name -> choices.add(new Fields.Choice(name, name)));
    if (!useCase.isEmpty() && choices.stream().noneMatch(one -> one.value().equals(useCase))) {
      choices.add(new Fields.Choice(useCase, useCase));
    }
    return Fields.choose(id, "usecase", "Use case", choices, useCase);
  }

  private void answer(Instant moment) {
    Map<String, LedgerState.Deciding> states = new TreeMap<>();
    if (useCase.isEmpty()) {
      states.putAll(registry.stateAt(moment).useCases());
    } else {
      registry.stateAt(useCase, moment).ifPresent(state -> states.put(useCase, state));
    }
    states.keySet().removeIf(name -> !request.caller().mayUseNamed(name));
    new LiveAt(out).write(moment, states.values(), registry.verifyLedger());
  }

  private void list(Optional<Instant> begin, Optional<Instant> end) {
    boolean aside = !at.isEmpty();
    out.append("<section aria-labelledby=\"entries\"").append(aside ? " class=\"noprint\"" : "");
    out.append("><h2 id=\"entries\">Entries</h2>");
    out.append("<form method=\"get\" action=\"/ledger#entries\"><p class=\"row\">");
    out.append(useCases("usecase"));
    out.append(Fields.choose("kind", "kind", "Kind", kinds(), kind));
    out.append(Fields.text("who", "who", "By", who, "maxlength=\"200\""));
    out.append(
        Fields.text("from", "from", "From, UTC", from, "placeholder=\"2026-05-01\" size=\"16\""));
    out.append(Fields.text("to", "to", "To, UTC", to, "placeholder=\"2026-06-01\" size=\"16\""));
    out.append("<button>Show</button></p></form>");
    Found found = find(begin, end);
    if (found.entries().isEmpty()) {
      out.append("<p>");
      out.append(
          found.next() > 0
              ? "None among the entries looked at so far."
              : address().parts().isEmpty()
                  ? "Nothing was changed yet. <code>gnomon train usecase.yaml</code> registers a version, and"
                      + " that is the first entry."
                  : "No entry is so.");
      out.append("</p>");
    } else {
      table(out, found.entries(), false);
    }
    if (found.next() > 0) {
      out.append("<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\"");
      out.append(address().with("before", Long.toString(found.next() + 1)).html());
      out.append("#entries\">Older entries</a>");
      if (request.query("before").isPresent()) {
        out.append("<a href=\"").append(address().html()).append("#entries\">Newest</a>");
      }
      out.append("</nav>");
    }
    out.append("</section>");
  }

  private Address address() {
    return Address.of("ledger")
        .with("usecase", useCase)
        .with("kind", kind)
        .with("who", who)
        .with("from", from)
        .with("to", to);
  }

  private List<Fields.Choice> kinds() {
    List<Fields.Choice> choices = new ArrayList<>();
    choices.add(new Fields.Choice("", "all"));
    for (String known :
        List.of(
            ControlChange.Registered.KIND,
            ControlChange.AliasMoved.KIND,
            ControlChange.Promoted.KIND,
            ControlChange.RolledBack.KIND,
            ControlChange.Approval.KIND,
            ControlChange.GateOverridden.KIND,
            ControlChange.StageMoved.KIND,
            ControlChange.ReleaseRule.KIND,
            ControlChange.Defined.KIND,
            ControlChange.Served.KIND,
            ControlChange.Permitted.KIND,
            ControlChange.Described.KIND,
            ControlChange.Tagged.KIND,
            ControlChange.Erased.KIND)) {
      choices.add(new Fields.Choice(known, known));
    }
    if (!kind.isEmpty() && choices.stream().noneMatch(one -> one.value().equals(kind))) {
      choices.add(new Fields.Choice(kind, kind));
    }
    return choices;
  }

  /// @param next the number of the entry at which looking goes on; 0 at the end
  private record Found(List<LedgerEntry> entries, long next) {}

  /// Newest first, in windows, so that a long ledger is not read whole.
  private Found find(Optional<Instant> begin, Optional<Instant> end) {
    long last =
        request
            .query("before")
            .filter(text -> text.matches("[0-9]{1,15}"))
            .map(text -> Long.parseLong(text) - 1)
            .orElseGet(() -> registry.lastEntry().map(LedgerEntry::sequence).orElse(0L));
    @Nullable String wantedUseCase = useCase.isEmpty() ? null : useCase;
    @Nullable String wantedKind = kind.isEmpty() ? null : kind;
    List<LedgerEntry> entries = new ArrayList<>();
    long lookedAt = 0;
    while (last > 0) {
      if (lookedAt >= MOST_LOOKED_AT) {
        return new Found(entries, last);
      }
      long after = Math.max(0, last - WINDOW);
      List<LedgerEntry> window = registry.ledger(after, WINDOW, wantedUseCase, wantedKind);
      for (LedgerEntry entry : window.reversed()) {
        if (entry.sequence() > last || !wanted(entry, begin, end)) {
          continue;
        }
        if (entries.size() == PAGE) {
          return new Found(entries, entry.sequence());
        }
        entries.add(entry);
      }
      lookedAt += last - after;
      last = after;
    }
    return new Found(entries, 0);
  }

  private boolean wanted(LedgerEntry entry, Optional<Instant> begin, Optional<Instant> end) {
    return (entry.useCase().isEmpty()
            ? request.caller().mayUseAll()
            : request.caller().mayUseNamed(entry.useCase()))
        && (who.isEmpty() || entry.who().contains(who))
        && begin.map(moment -> !entry.at().isBefore(moment)).orElse(true)
        && end.map(moment -> !entry.at().isAfter(moment)).orElse(true);
  }

  /// The place of an entry in the list of all.
  static String entryLink(LedgerEntry entry) {
    return "<a href=\"%s#entries\">entry %d</a>"
        .formatted(
            Address.of("ledger").with("before", Long.toString(entry.sequence() + 1)).html(),
            entry.sequence());
  }

  /// @param evidence whether it stands for itself on paper: with whole hashes
  static void table(StringBuilder out, List<LedgerEntry> entries, boolean evidence) {
    out.append("<table class=\"stack\"><thead><tr><th scope=\"col\">Number</th>");
    out.append("<th scope=\"col\">Time, UTC</th><th scope=\"col\">What</th>");
    out.append("<th scope=\"col\">Of</th><th scope=\"col\">By</th><th scope=\"col\">Reason</th>");
    out.append("</tr></thead><tbody>");
    for (LedgerEntry entry : entries) {
      out.append("<tr><th scope=\"row\">");
      if (evidence) {
        out.append(entryLink(entry));
      } else {
        out.append(entry.sequence()).append(hash(entry));
      }
      out.append("</th><td data-name=\"time, UTC\" class=\"whole\">");
      Address then = Address.of("ledger").with("at", entry.at().toString());
      if (evidence) {
        out.append(Words.time(entry.at()));
      } else {
        out.append("<a title=\"What was live then\" href=\"");
        out.append(then.with("usecase", entry.useCase()).html()).append("\">");
        out.append(Words.time(entry.at())).append("</a>");
      }
      out.append("</td><td data-name=\"what\" class=\"break\"><span class=\"badge info\">");
      out.append(Html.escape(Words.cut(entry.kind(), 60))).append("</span> ");
      out.append(ChangeWords.of(entry));
      raw(out, entry);
      if (evidence) {
        out.append("<small><code>").append(Html.escape(entry.hash())).append("</code></small>");
      }
      out.append("</td><td data-name=\"of\" class=\"break\">");
      out.append(
          entry.useCase().isEmpty() ? "\u2013" : Html.escape(Words.cut(entry.useCase(), 80)));
      out.append("</td><td data-name=\"by\" class=\"break\">")
          .append(Html.escape(Words.cut(entry.who(), 80)));
      out.append("</td><td data-name=\"reason\" class=\"break\">");
      out.append(entry.why().isEmpty() ? "\u2013" : Html.escape(Words.cut(entry.why(), 300)));
      out.append("</td></tr>");
    }
    out.append("</tbody></table>");
  }

  private static String hash(LedgerEntry entry) {
    return "<small class=\"soft block\" title=\"%s\"><code>%s</code></small>"
        .formatted(
            Html.escape(entry.hash()),
            Html.escape(entry.hash().substring(0, Math.min(8, entry.hash().length()))));
  }

  /// The content that the hash is over, for those who check.
  private static void raw(StringBuilder out, LedgerEntry entry) {
    if (entry.content().startsWith("{")) {
      out.append("<details class=\"long noprint\"><summary><small>as it is kept</small></summary>");
      out.append("<pre>").append(Html.escape(Words.cut(entry.content(), MOST_CONTENT)));
      out.append("</pre></details>");
    }
  }
}
