package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerJson;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Made;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/ledger`: what was changed, and what decided when.
final class LedgerRoutes {
  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  private final Registry registry;
  private final LedgerJson json;

  LedgerRoutes(Registry registry, BundleStore bundles) {
    this.registry = registry;
    this.json = new LedgerJson(registry, hash -> made(bundles, hash));
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            Role.VIEWER,
            "/v1/ledger",
            "Control changes (after, limit, usecase, kind); with at: which version, policy and"
                + " features decided at that instant, and the evidence",
            this::ledger));
  }

  private static Optional<Made> made(BundleStore bundles, String hash) {
    try {
      return bundles.has(hash) ? Optional.of(Made.of(bundles.open(hash))) : Optional.empty();
    } catch (IOException | BadInput | dev.gnomon.core.Refusal unreadable) {
      return Optional.empty();
    }
  }

  private Answer ledger(Request request) {
    Optional<String> useCase = request.query("usecase");
    useCase.ifPresent(name -> {
      if (!request.caller().mayUse(name)) {
        throw new HttpProblem(
            403, "Forbidden", "The token is for other use cases than '%s'.".formatted(name));
      }
    });
    ObjectNode out =
        request.query("at").isPresent()
            ? json.state(state(request, useCase, UseCaseRoutes.time(request.query("at").get())))
            : list(request, useCase);
    return Answer.json(200, out.toString());
  }

  private LedgerState state(Request request, Optional<String> useCase, Instant at) {
    SortedMap<String, LedgerState.Deciding> states = new TreeMap<>();
    if (useCase.isPresent()) {
      registry.stateAt(useCase.get(), at).ifPresent(state -> states.put(useCase.get(), state));
    } else {
      states.putAll(registry.stateAt(at).useCases());
      states.keySet().removeIf(name -> !request.caller().mayUse(name));
    }
    return new LedgerState(at, states);
  }

  /// Callers for some use cases see what is about these.
  private ObjectNode list(Request request, Optional<String> useCase) {
    long after = number(request, "after", 0, Long.MAX_VALUE, 0);
    int limit = (int) number(request, "limit", 1, MOST, USUAL);
    List<LedgerEntry> found = new ArrayList<>();
    String kind = request.query("kind").orElse(null);
    boolean all = useCase.isPresent() || request.caller().mayUseAll();
    long from = after;
    while (found.size() < limit) {
      int wanted = all ? limit : MOST;
      List<LedgerEntry> page = registry.ledger(from, wanted, useCase.orElse(null), kind);
      for (LedgerEntry entry : page) {
        if (found.size() < limit && (all || request.caller().mayUse(entry.useCase()))) {
          found.add(entry);
        }
      }
      if (page.size() < wanted || all) {
        break;
      }
      from = page.getLast().sequence();
    }
    return json.list(found, limit);
  }

  static long number(Request request, String name, long least, long most, long usual) {
    Optional<String> text = request.query(name);
    if (text.isEmpty()) {
      return usual;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw new BadInput(
        name,
        "'%s'".formatted(text.get().length() > 40 ? text.get().substring(0, 40) + "…" : text.get()),
        most == Long.MAX_VALUE ? "a number from " + least : "%d to %d".formatted(least, most));
  }
}
