package dev.gnomon.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What decided at an instant, for each use case, with the entries that say so. Changes of that
/// very instant are included.
///
/// @param useCases by name; those of which the ledger knew something that decides
public record LedgerState(Instant at, SortedMap<String, Deciding> useCases) {
  /// Kinds of which the newest entry of each subject is part of the state.
  static final Set<String> KINDS =
      Set.of(
          ControlChange.AliasMoved.KIND,
          ControlChange.Defined.KIND,
          ControlChange.Served.KIND,
          ControlChange.StageMoved.KIND,
          ControlChange.ReleaseRule.KIND);

  /// Kinds whose subject is a version: of those, only what is about a version that an alias names.
  static final List<String> OF_VERSION =
      List.of(
          ControlChange.Registered.KIND,
          ControlChange.Approval.KIND,
          ControlChange.GateOverridden.KIND,
          ControlChange.Promoted.KIND);

  /// The alias whose version decides.
  public static final String CHAMPION = "champion";

  /// What held for one use case.
  ///
  /// @param evidence the entries that say so, by sequence
  public record Deciding(String useCase, List<LedgerEntry> evidence) {
    public Deciding {
      evidence = evidence.stream().sorted(Comparator.comparingLong(LedgerEntry::sequence)).toList();
    }

    /// The versions that aliases named.
    public SortedMap<String, Integer> aliases() {
      SortedMap<String, Integer> aliases = new TreeMap<>();
      for (LedgerEntry entry : evidence) {
        if (ControlChange.of(entry) instanceof ControlChange.AliasMoved moved) {
          moved.version().ifPresent(version -> aliases.put(moved.alias(), version));
        }
      }
      return aliases;
    }

    /// The version that decided; empty where fallback rules did.
    public Optional<Integer> version() {
      return Optional.ofNullable(aliases().get(CHAMPION));
    }

    /// How a version was registered.
    public Optional<ControlChange.Registered> registered(int version) {
      for (LedgerEntry entry : evidence) {
        if (ControlChange.of(entry) instanceof ControlChange.Registered found
            && found.version() == version) {
          return Optional.of(found);
        }
      }
      return Optional.empty();
    }

    /// The statements that servers went by, by their names, each with whether it was serving.
    public SortedMap<String, Node> nodes() {
      SortedMap<String, Node> nodes = new TreeMap<>();
      for (LedgerEntry entry : evidence) {
        switch (ControlChange.of(entry)) {
          case ControlChange.Defined defined ->
              nodes.merge(
                  defined.node(),
                  new Node(Optional.of(defined), false, entry.at()),
                  (old, one) -> new Node(one.defined(), old.serving(), old.since()));
          case ControlChange.Served served ->
              nodes.merge(
                  served.node(),
                  new Node(Optional.empty(), served.on(), entry.at()),
                  (old, one) -> new Node(old.defined(), one.serving(), one.since()));
          default -> {}
        }
      }
      return nodes;
    }

    /// Where versions stood, of those that were moved.
    public SortedMap<Integer, String> stages() {
      SortedMap<Integer, String> stages = new TreeMap<>();
      for (LedgerEntry entry : evidence) {
        if (ControlChange.of(entry) instanceof ControlChange.StageMoved moved) {
          stages.put(moved.version(), moved.stage());
        }
      }
      return stages;
    }

    /// Whether a second person had to approve.
    public boolean approvalRequired() {
      return evidence.stream()
          .anyMatch(entry ->
              ControlChange.of(entry) instanceof ControlChange.ReleaseRule rule
                  && rule.approvalRequired());
    }
  }

  /// One server.
  ///
  /// @param since when it last began or ended to decide
  public record Node(Optional<ControlChange.Defined> defined, boolean serving, Instant since) {}

  /// Replays a ledger up to an instant.
  ///
  /// @param entries by sequence
  public static LedgerState at(Iterable<LedgerEntry> entries, Instant at) {
    Map<String, Map<Subject, LedgerEntry>> newest = new HashMap<>();
    for (LedgerEntry entry : entries) {
      if (entry.at().isAfter(at)) {
        break;
      }
      newest
          .computeIfAbsent(entry.useCase(), name -> new HashMap<>())
          .put(new Subject(entry.kind(), entry.subject()), entry);
    }
    SortedMap<String, Deciding> states = new TreeMap<>();
    newest.forEach((useCase, held) ->
        of(
                useCase,
                held.values().stream().filter(entry -> KINDS.contains(entry.kind())).toList(),
                (kind, subject) -> Optional.ofNullable(held.get(new Subject(kind, subject))))
            .ifPresent(state -> states.put(useCase, state)));
    return new LedgerState(at, states);
  }

  /// Finds the newest entry of a kind and subject.
  interface Newest {
    Optional<LedgerEntry> of(String kind, String subject);
  }

  /// @param held the newest entry of each subject of [#KINDS]
  static Optional<Deciding> of(String useCase, List<LedgerEntry> held, Newest newest) {
    if (held.isEmpty()) {
      return Optional.empty();
    }
    List<LedgerEntry> evidence = new ArrayList<>(held);
    held.stream()
        .filter(entry -> entry.kind().equals(ControlChange.AliasMoved.KIND))
        .map(LedgerEntry::content)
        .filter(content -> !content.isEmpty())
        .distinct()
        .forEach(version ->
            OF_VERSION.forEach(kind -> newest.of(kind, version).ifPresent(evidence::add)));
    return Optional.of(new Deciding(useCase, evidence));
  }

  private record Subject(String kind, String subject) {}
}
