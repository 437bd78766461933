package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerJson;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Made;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tells what was changed, and what decided when.
@Command(
    name = "ledger",
    description = {
      "Show control changes; with --at, which version, policy and features decided then,",
      "and the entries that say so."
    },
    footer = {
      "gnomon ledger churn",
      "gnomon ledger --at 2026-03-01T12:00:00Z churn",
      "gnomon ledger --kind approval --json"
    })
final class LedgerCommand implements Callable<Integer> {
  private static final int MOST = 1_000;
  private static final Pattern HASH = Pattern.compile("\\b[0-9a-f]{64}\\b");
  private static final JsonMapper JSON = new JsonMapper();

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "A use case (default: all).")
  private Optional<String> useCase = Optional.empty();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "An instant (2026-03-01 or 2026-03-01T12:00:00Z, UTC), or now.")
  private Optional<String> at = Optional.empty();

  @Option(names = "--after", paramLabel = "NUMBER", description = "Only entries behind this one.")
  private long after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many entries, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int limit = 100;

  @Option(names = "--kind", paramLabel = "WORD", description = "Only entries of a kind.")
  private Optional<String> kind = Optional.empty();

  LedgerCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw new BadInput("--limit", Integer.toString(limit), "1 to " + MOST);
    }
    Home home = common.home();
    try (Registry registry = Versions.open(common, home, clock)) {
      LedgerJson json = new LedgerJson(registry, hash -> made(home, hash));
      if (at.isPresent()) {
        show(json.state(state(registry, instant(at.get()))));
      } else {
        List<LedgerEntry> entries =
            registry.ledger(after, limit, useCase.orElse(null), kind.orElse(null));
        if (common.json()) {
          terminal.json(json.list(entries, limit));
        } else {
          entries.forEach(this::print);
        }
      }
    }
    return ExitCode.DONE;
  }

  private Instant instant(String text) {
    return text.equals("now")
        ? clock.instant()
        : Times.instant(AsOf.micros(Optional.of(text)).orElseThrow());
  }

  private LedgerState state(Registry registry, Instant instant) {
    if (useCase.isEmpty()) {
      return registry.stateAt(instant);
    }
    SortedMap<String, LedgerState.Deciding> one = new TreeMap<>();
    registry.stateAt(useCase.get(), instant).ifPresent(state -> one.put(useCase.get(), state));
    return new LedgerState(instant, one);
  }

  private static Optional<Made> made(Home home, String hash) {
    BundleStore bundles = new BundleStore(home.bundles());
    try {
      return bundles.has(hash) ? Optional.of(Made.of(bundles.open(hash))) : Optional.empty();
    } catch (IOException | BadInput | Refusal unreadable) {
      return Optional.empty();
    }
  }

  private void print(LedgerEntry entry) {
    terminal
        .out()
        .printf(
            "%d  %s  %s  %s  %s  %s%s%n",
            entry.sequence(),
            entry.at(),
            entry.useCase().isEmpty() ? "-" : entry.useCase(),
            entry.kind(),
            (entry.subject() + " " + plain(entry.content())).strip(),
            entry.who(),
            entry.why().isEmpty() ? "" : ": " + entry.why());
  }

  /// The content as words, its hashes shortened; `--json` has them whole.
  private static String plain(String content) {
    return HASH.matcher(content.startsWith("{") ? fields(content) : content)
        .replaceAll(hash -> hash.group().substring(0, 12));
  }

  private static String fields(String content) {
    List<String> parts = new ArrayList<>();
    JSON.readTree(content)
        .forEachEntry((name, value) ->
            parts.add(
                name
                    + " "
                    + (value.isObject()
                        ? String.join("+", value.propertyNames())
                        : value.isString() ? value.stringValue() : value.toString())));
    return String.join(", ", parts);
  }

  private void show(ObjectNode json) {
    if (common.json()) {
      terminal.json(json);
      return;
    }
    var out = terminal.out();
    out.println("at " + json.path("at").asString(""));
    for (JsonNode one : json.path("useCases")) {
      boolean version = one.has("version");
      out.println(
          terminal.bold(
              one.path("name").asString("")
                  + (version ? " version " + one.path("version").asInt(0) : " by fallback rules")));
      for (String key :
          List.of("bundle", "policy", "features", "definition", "since", "who", "why")) {
        String text = one.path(key).asString("");
        if (!text.isEmpty()) {
          out.printf("  %-10s %s%n", key, text);
        }
      }
      one.path("views")
          .forEachEntry(
              (view, hash) -> out.printf("  view       %s %s%n", view, hash.asString("")));
      for (JsonNode server : one.path("servers")) {
        out.printf(
            "  server     %s %s since %s, definition %s%n",
            server.path("name").asString(""),
            server.path("serving").asBoolean(false) ? "serving" : "stopped",
            server.path("since").asString(""),
            server.path("definition").asString("unknown"));
      }
      StringBuilder evidence = new StringBuilder();
      for (JsonNode entry : one.path("evidence")) {
        evidence.append(' ').append(entry.path("sequence").asLong(0));
      }
      out.println("  evidence  " + evidence);
    }
    if (json.path("useCases").isEmpty()) {
      out.println("nothing decided yet");
    }
    JsonNode chain = json.path("chain");
    if (!chain.isMissingNode()) {
      out.printf(
          "chain from %d to %d %s, head %s%n",
          chain.path("from").asLong(0),
          chain.path("to").asLong(0),
          chain.path("intact").asBoolean(false)
              ? "holds"
              : "is broken: " + chain.path("problem").asString(""),
          chain.path("head").asString(""));
    }
  }
}
