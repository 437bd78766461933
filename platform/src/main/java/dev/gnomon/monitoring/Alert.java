package dev.gnomon.monitoring;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/// Something a person should know, and what to do about it. One alert per cause: ten features that
/// moved are one alert.
///
/// @param code what it is about, stable for machines: `drift`, `missing-values`, `new-values`,
///   `degraded`, `action-rate`, `outcomes`, `performance`, `money`, `effect`, `volume`,
///   `no-version`
/// @param title one short line
/// @param why the figures behind it
/// @param since microseconds; empty when it holds for the window as a whole
/// @param toDo the next step
public record Alert(
    Level level, String code, String title, String why, OptionalLong since, String toDo) {

  /// How much it matters. Drift alone is never critical: it says that something moved, not that
  /// anything was lost.
  public enum Level {
    /// Worth a look in the weekly round.
    INFO("info"),
    /// It can't be told: too few decisions, or outcomes that are late. Never "all well".
    NO_DATA("no data"),
    /// Look at it today.
    WARNING("warning"),
    /// A contract is broken, or the decisions cost more than they bring: act now.
    CRITICAL("critical");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// The most serious first.
  static List<Alert> ranked(List<Alert> alerts) {
    return alerts.stream().sorted(Comparator.comparing(Alert::level).reversed()).toList();
  }
}
