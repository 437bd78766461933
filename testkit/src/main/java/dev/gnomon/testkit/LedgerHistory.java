package dev.gnomon.testkit;

import dev.gnomon.core.Refusal;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes control changes by chance, and keeps on its own what must hold after each of them: it
/// never looks into the ledger.
final class LedgerHistory {
  private static final List<String> USE_CASES = List.of("churn", "fraud", "credit-risk");
  private static final List<String> ALIASES = List.of("champion", "challenger", "fast");
  private static final List<String> NODES = List.of("n1", "n2");

  private final Registry registry;
  private final SettableClock clock;
  private final Random random;
  private final List<Instant> times = new ArrayList<>();
  private final List<Map<String, Object>> views = new ArrayList<>();
  private final Map<String, List<String>> bundles = new HashMap<>();
  private final Map<String, SortedMap<String, Integer>> aliases = new HashMap<>();
  private final Map<String, List<Integer>> ways = new HashMap<>();
  private final Map<String, SortedMap<String, String>> definitions = new HashMap<>();
  private final Map<String, SortedMap<String, Boolean>> serving = new HashMap<>();
  private final Map<String, SortedMap<Integer, String>> stages = new HashMap<>();
  private final Instant start;
  private Instant latest;
  private int made;

  LedgerHistory(Registry registry, SettableClock clock, long seed) {
    this.registry = registry;
    this.clock = clock;
    this.random = new Random(seed);
    this.start = clock.instant();
    this.latest = start;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  void change() {
    // Often the same instant, sometimes a clock that was set back.
    clock.advance(Duration.ofMillis(Math.max(-500, random.nextInt(4_000) - 1_500)));
    if (clock.instant().isAfter(latest)) {
      latest = clock.instant();
    }
    String useCase = one(USE_CASES);
    List<String> known = bundles.computeIfAbsent(useCase, name -> new ArrayList<>());
    int version = known.isEmpty() ? 0 : 1 + random.nextInt(known.size());
    switch (known.isEmpty() ? 0 : random.nextInt(12)) {
      case 0, 1 -> {
        String hash = "%064x".formatted(++made);
        registry.register(useCase, hash, true, "{}", "train");
        known.add(hash);
      }
      case 2, 3 -> {
        String alias = one(ALIASES);
        registry.setAlias(useCase, alias, version, "ada", "");
        moved(useCase, alias, version);
      }
      case 4 -> {
        String alias = one(ALIASES);
        registry.removeAlias(useCase, alias, "ada", "");
        of(aliases, useCase).remove(alias);
      }
      case 5, 6 -> {
        registry
            .promotions()
            .promote(useCase, version, new Promotions.Actor("ada", false), false, "");
        moved(useCase, "champion", version);
      }
      case 7 -> rollback(useCase);
      case 8 -> {
        String node = one(NODES);
        String definition = "d" + random.nextInt(5);
        registry.record(
            useCase,
            new ControlChange.Defined(
                node, definition, "p", "f", Map.of("v", "h"), Map.of("champion", "all")),
            "up",
            "");
        of(definitions, useCase).put(node, definition);
      }
      case 9 -> {
        String node = one(NODES);
        boolean on = random.nextBoolean();
        registry.record(useCase, new ControlChange.Served(node, on), "up", "");
        of(serving, useCase).put(node, on);
      }
      case 10 -> {
        String stage = one(List.of("Staging", "Archived", "None"));
        registry.record(useCase, new ControlChange.StageMoved(version, stage), "ada", "");
        of(stages, useCase).put(version, stage);
      }
      default -> // what decides nothing
          registry.record("note", useCase, "x" + random.nextInt(9), "{}", "ada", "");
    }
    times.add(latest);
    views.add(now());
  }

  private void moved(String useCase, String alias, int version) {
    of(aliases, useCase).put(alias, version);
    if (alias.equals("champion")) {
      List<Integer> way = ways.computeIfAbsent(useCase, name -> new ArrayList<>());
      int at = way.indexOf(version);
      if (at < 0) {
        way.add(version);
      } else {
        while (way.size() > at + 1) {
          way.removeLast();
        }
      }
    }
  }

  private void rollback(String useCase) {
    List<Integer> way = ways.computeIfAbsent(useCase, name -> new ArrayList<>());
    try {
      registry.promotions().rollback(useCase, "ada", "");
      way.removeLast();
      of(aliases, useCase).put("champion", way.getLast());
    } catch (Refusal nothingBefore) {
      if (way.size() > 1 && of(aliases, useCase).containsKey("champion")) {
        throw nothingBefore;
      }
    }
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> of(
      Map<String, SortedMap<K, V>> maps, String useCase) {
    return maps.computeIfAbsent(useCase, name -> new TreeMap<>());
  }

  private Map<String, Object> now() {
    Map<String, Object> view = new TreeMap<>();
    for (String useCase : USE_CASES) {
      SortedMap<String, Integer> named = new TreeMap<>(of(aliases, useCase));
      view.put(useCase + " aliases", named);
      view.put(
          useCase + " bundle",
          Optional.ofNullable(named.get("champion"))
              .map(version -> bundles.getOrDefault(useCase, List.of()).get(version - 1)));
      view.put(useCase + " definitions", new TreeMap<>(of(definitions, useCase)));
      view.put(useCase + " serving", new TreeMap<>(of(serving, useCase)));
      view.put(useCase + " stages", new TreeMap<>(of(stages, useCase)));
    }
    return view;
  }

  /// An answer of the ledger in the form of [#at].
  Map<String, Object> view(LedgerState state) {
    Map<String, Object> view = new TreeMap<>();
    for (String useCase : USE_CASES) {
      LedgerState.Deciding found =
          state.useCases().getOrDefault(useCase, new LedgerState.Deciding(useCase, List.of()));
      SortedMap<String, String> defined = new TreeMap<>();
      SortedMap<String, Boolean> serves = new TreeMap<>();
      found
          .evidence()
          .forEach(entry -> {
            switch (ControlChange.of(entry)) {
              case ControlChange.Defined one -> defined.put(one.node(), one.definition());
              case ControlChange.Served one -> serves.put(one.node(), one.on());
              default -> {}
            }
          });
      view.put(useCase + " aliases", found.aliases());
      view.put(
          useCase + " bundle",
          found.version().flatMap(found::registered).map(ControlChange.Registered::bundle));
      view.put(useCase + " definitions", defined);
      view.put(useCase + " serving", serves);
      view.put(useCase + " stages", found.stages());
    }
    return view;
  }

  /// What held at an instant.
  Map<String, Object> at(Instant at) {
    for (int i = times.size() - 1; i >= 0; i--) {
      if (!times.get(i).isAfter(at)) {
        return views.get(i);
      }
    }
    Map<String, Object> nothing = new TreeMap<>();
    for (String useCase : USE_CASES) {
      nothing.put(useCase + " aliases", new TreeMap<String, Integer>());
      nothing.put(useCase + " bundle", Optional.empty());
      nothing.put(useCase + " definitions", new TreeMap<String, String>());
      nothing.put(useCase + " serving", new TreeMap<String, Boolean>());
      nothing.put(useCase + " stages", new TreeMap<Integer, String>());
    }
    return nothing;
  }

  /// Between a little before the first change and a little after the last; half of them exactly
  /// that of a change.
  Instant someInstant() {
    if (random.nextBoolean()) {
      return times.get(random.nextInt(times.size()));
    }
    long span = Duration.between(start, latest).toMillis() + 10_000;
    return start.minusSeconds(5).plusMillis(random.nextLong(span));
  }
}
