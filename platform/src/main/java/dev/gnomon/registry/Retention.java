package dev.gnomon.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which versions keep their bundles. A bundle goes only when nothing speaks for it: no alias, not
/// the version an alias would go back to, not among the newest, not young, not what an alias
/// pointed at within the time, no approval that is open or given, no stage, and no entry of another
/// capability that names it, as a release does. The version and its entries stay for ever.
///
/// @param keepLast how many of the newest versions stay
/// @param within a version stays that was registered, or that an alias pointed at, in this time
public record Retention(int keepLast, Duration within) {
  public static final Retention DEFAULT = new Retention(5, Duration.ofDays(90));

  /// Edits of model cards.
  public static final String CARD = "card";

  public Retention {
    if (keepLast < 1 || within.isNegative()) {
      throw new IllegalArgumentException("keep at least the newest version, and no future");
    }
  }

  /// @param reasons why its bundle stays; none when it goes
  public record Verdict(ModelVersion version, List<String> reasons) {
    public Verdict {
      reasons = List.copyOf(reasons);
    }

    public boolean stays() {
      return !reasons.isEmpty();
    }
  }

  /// @param versions all of one use case, oldest first
  /// @param ledger all entries of that use case, oldest first
  public List<Verdict> judge(List<ModelVersion> versions, List<LedgerEntry> ledger, Instant now) {
    Instant since = now.minus(within);
    Map<Integer, List<String>> reasons = new HashMap<>();
    byAliases(ledger, since, reasons);
    byOtherEntries(ledger, reasons);
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      ModelVersion version = versions.get(i);
      if (i >= versions.size() - keepLast) {
        add(reasons, version.version(), "among the last " + keepLast);
      }
      if (!version.createdAt().isBefore(since)) {
        add(reasons, version.version(), "registered since " + since);
      }
      verdicts.add(new Verdict(version, reasons.getOrDefault(version.version(), List.of())));
    }
    return verdicts;
  }

  private static void byAliases(
      List<LedgerEntry> ledger, Instant since, Map<Integer, List<String>> reasons) {
    Map<String, List<LedgerEntry>> moves = new TreeMap<>();
    for (LedgerEntry entry : ledger) {
      if (entry.kind().equals(ControlChange.AliasMoved.KIND)) {
        moves.computeIfAbsent(entry.subject(), _ -> new ArrayList<>()).add(entry);
      }
    }
    moves.forEach((alias, all) -> {
      for (int i = 0; i < all.size(); i++) {
        String content = all.get(i).content();
        boolean now = i == all.size() - 1;
        if (!content.isEmpty() && now) {
          add(reasons, Integer.parseInt(content), alias);
        } else if (!content.isEmpty() && !all.get(i + 1).at().isBefore(since)) {
          add(reasons, Integer.parseInt(content), alias + " until " + all.get(i + 1).at());
        }
      }
      if (!all.getLast().content().isEmpty()) {
        List<Integer> way = Promotions.way(all);
        if (way.size() > 1) {
          add(reasons, way.get(way.size() - 2), "the way back of " + alias);
        }
      }
    });
  }

  /// What the newest entry of each kind and subject says of versions.
  private static void byOtherEntries(List<LedgerEntry> ledger, Map<Integer, List<String>> reasons) {
    Map<String, LedgerEntry> newest = new TreeMap<>();
    ledger.forEach(entry -> newest.put(entry.kind() + "/" + entry.subject(), entry));
    for (LedgerEntry entry : newest.values()) {
      switch (ControlChange.of(entry)) {
        case ControlChange.Approval approval -> {
          if (approval.state() == ControlChange.Approval.State.REQUESTED
              || approval.state() == ControlChange.Approval.State.APPROVED) {
            add(reasons, approval.version(), "approval " + approval.state().word());
          }
        }
        case ControlChange.StageMoved moved -> {
          if (!moved.stage().equals("None") && !moved.stage().equals("Archived")) {
            add(reasons, moved.version(), "stage " + moved.stage());
          }
        }
        case ControlChange.Other other -> {
          if (!other.kind().equals(CARD)) {
            named(other).forEach(version -> add(reasons, version, other.kind()));
          }
        }
        default -> {} // what aliases did is judged by their times
      }
    }
  }

  /// The versions a change of a kind not known here is about: by its subject (`3`, `churn@3`), or
  /// by numbers and texts in its content.
  private static Set<Integer> named(ControlChange.Other other) {
    Set<Integer> found = new HashSet<>();
    number(other.subject().substring(other.subject().lastIndexOf('@') + 1), found);
    number(other.content(), found);
    if (other.content().startsWith("{")) {
      try {
        inside(JsonMapper.shared().readTree(other.content()), found);
      } catch (JacksonException e) {
        // Text that only looks like JSON names nothing.
      }
    }
    return found;
  }

  private static void inside(JsonNode node, Set<Integer> found) {
    for (JsonNode value : node) {
      if (value.isInt()) {
        found.add(value.intValue());
      } else if (value.isString()) {
        number(value.stringValue(), found);
      } else {
        inside(value, found);
      }
    }
  }

  private static void number(String text, Set<Integer> found) {
    if (text.matches("[0-9]{1,9}")) {
      found.add(Integer.valueOf(text));
    }
  }

  private static void add(Map<Integer, List<String>> reasons, int version, String reason) {
    List<String> own = reasons.computeIfAbsent(version, _ -> new ArrayList<>());
    if (!own.contains(reason)) {
      own.add(reason);
    }
  }
}
