package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// Control changes in words; everything returned is HTML.
final class ChangeWords {
  private static final int MOST = 300;

  private ChangeWords() {}

  /// What an entry says, as a sentence. What can't be read says its content as it stands.
  static String of(LedgerEntry entry) {
    try {
      return words(entry, ControlChange.of(entry));
    } catch (RuntimeException _) {
      // Of an entry that somebody altered: the chain says so, and the page shows what is there.
      return text(entry.subject() + " " + entry.content());
    }
  }

  private static String words(LedgerEntry entry, ControlChange change) {
    String useCase = entry.useCase();
    return switch (change) {
      case ControlChange.Registered it ->
          version(useCase, it.version())
              + " registered, gates "
              + (it.passed() ? "passed" : "failed")
              + "; bundle "
              + hash(it.bundle());
      case ControlChange.AliasMoved it ->
          it.version().isPresent()
              ? ModelWords.alias(it.alias()) + " now names " + version(useCase, it.version())
              : ModelWords.alias(it.alias()) + " removed";
      case ControlChange.StageMoved it ->
          version(useCase, it.version()) + " moved to stage " + text(it.stage());
      case ControlChange.Approval it ->
          switch (it.state()) {
            case REQUESTED -> "approval of " + version(useCase, it.version()) + " asked for";
            case APPROVED -> version(useCase, it.version()) + " approved";
            case REJECTED -> version(useCase, it.version()) + " rejected";
            case SPENT -> "approval of " + version(useCase, it.version()) + " used up";
          };
      case ControlChange.GateOverridden it ->
          version(useCase, it.version())
              + " may decide although these gates said no: "
              + text(String.join(", ", it.gates()));
      case ControlChange.Promoted it ->
          version(useCase, it.version())
              + " promoted"
              + (it.previous().isPresent() ? ", after " + version(useCase, it.previous()) : "");
      case ControlChange.RolledBack it ->
          "back from " + version(useCase, it.from()) + " to " + version(useCase, it.to());
      case ControlChange.ReleaseRule it ->
          it.approvalRequired()
              ? "a second person must approve from now on"
              : "no approval is needed from now on";
      case ControlChange.Defined it ->
          "server "
              + text(it.node())
              + " goes by statement "
              + hash(it.definition())
              + ", costs and rules "
              + hash(it.policy())
              + "; "
              + shares(it.assignment());
      case ControlChange.Served it ->
          "server " + text(it.node()) + (it.on() ? " began" : " ended") + " to decide";
      case ControlChange.Permitted it ->
          "token "
              + text(it.name())
              + ", role "
              + text(it.role())
              + (it.approves() ? ", may approve" : "")
              + (it.useCases().isEmpty() ? "" : ", for " + text(String.join(", ", it.useCases())))
              + ": "
              + text(it.state());
      case ControlChange.Described it -> version(useCase, it.version()) + " described anew";
      case ControlChange.Tagged it ->
          version(useCase, it.version())
              + " tag "
              + text(it.key())
              + it.value().map(value -> " = " + text(value)).orElse(" removed");
      case ControlChange.BundleKept it ->
          "bundle of "
              + version(useCase, it.version())
              + (it.there() ? " there again" : " removed");
      case ControlChange.Erased it -> "person " + hash(it.person()) + " erased";
      case ControlChange.Other it ->
          text(it.subject()) + (it.content().isEmpty() ? "" : ": " + text(it.content()));
    };
  }

  private static String version(String useCase, OptionalInt version) {
    return version(useCase, version.orElseThrow());
  }

  private static String version(String useCase, int version) {
    return useCase.isEmpty()
        ? "version " + version
        : "<a href=\"%s\">version %d</a>"
            .formatted(ModelWords.address(useCase, version).html(), version);
  }

  /// Who gets which version.
  static String shares(Map<String, String> assignment) {
    String shares =
        assignment.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(share ->
                switch (share.getKey()) {
                  case "champion" ->
                      share.getValue().equals("all")
                          ? "everybody gets the champion"
                          : "the champion gets " + share.getValue();
                  case "hold-out" ->
                      "a share of "
                          + share.getValue()
                          + " is held out: it never gets the action, so that the effect is measured";
                  default -> share.getKey() + " " + share.getValue();
                })
            .collect(Collectors.joining("; "));
    return shares.isEmpty() ? "everybody gets the champion" : text(shares);
  }

  private static String text(String text) {
    return Html.escape(Words.cut(text.strip(), MOST));
  }

  static String hash(String hash) {
    return hash.isEmpty()
        ? "\u2013"
        : "<code title=\"%s\">%s</code>"
            .formatted(Html.escape(Words.cut(hash, 80)), Html.escape(Catalogue.shortHash(hash)));
  }
}
