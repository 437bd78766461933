package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.spi.RegistryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The way of a version to the alias `champion`, and back.
///
/// A version may become champion when it passed its gates, or an admin overrides them and says why;
/// and when another person than the one who asked approved it, if the use case says
/// `production.release.approval: required`. An approval is for one way: after a rollback from it a
/// version needs a new one. Going back needs neither gate nor approval, since it must be quick.
///
/// Each step is one write of the store, with its reasons in the ledger.
public final class Promotions {
  private static final String CHAMPION = LedgerState.CHAMPION;
  private static final int MAX_TEXT = 2_000;

  private final Registry registry;
  private final RegistryStore store;
  private final Ledger ledger;

  Promotions(Registry registry, RegistryStore store, Ledger ledger) {
    this.registry = registry;
    this.store = store;
    this.ledger = ledger;
  }

  /// Who acts.
  ///
  /// @param name of a token or person
  /// @param mayOverride whether gates may be overridden: an admin
  public record Actor(String name, boolean mayOverride) {}

  /// What came of asking for a promotion.
  public sealed interface Outcome {
    ModelVersion version();

    /// It is the champion. `previous` is what a rollback goes back to.
    record Promoted(ModelVersion version, Optional<ModelVersion> previous) implements Outcome {}

    /// It was asked for; somebody else must approve, then it can be promoted.
    record Waiting(ModelVersion version, String requester) implements Outcome {}
  }

  /// Where the question of a version stands.
  ///
  /// @param answeredBy who approved or rejected it last
  public record Question(
      int version,
      ControlChange.Approval.State state,
      String requester,
      Optional<String> answeredBy,
      Instant at,
      String why) {}

  /// Whether a second person must approve, by the last statement that was trained or served.
  public boolean approvalRequired(String useCase) {
    return store
        .lastEntry(ControlChange.ReleaseRule.KIND, useCase, "approval", Instant.MAX)
        .map(ControlChange::of)
        .filter(
            change -> change instanceof ControlChange.ReleaseRule rule && rule.approvalRequired())
        .isPresent();
  }

  /// Keeps what a statement asks for; the same again changes nothing.
  public void rule(String useCase, boolean approvalRequired, String who) {
    if (approvalRequired != approvalRequired(useCase)) {
      var _ = registry.recordNew(useCase, new ControlChange.ReleaseRule(approvalRequired), who, "");
    }
  }

  /// Where the question of a version stands; empty if nobody asked.
  public Optional<Question> question(String useCase, int version) {
    return entry(useCase, version).flatMap(Promotions::question);
  }

  /// All versions somebody asked for, by version.
  public List<Question> questions(String useCase) {
    List<Question> questions = new ArrayList<>();
    for (ModelVersion version : store.versions(useCase)) {
      question(useCase, version.version()).ifPresent(questions::add);
    }
    return questions;
  }

  private Optional<LedgerEntry> entry(String useCase, int version) {
    return store.lastEntry(
        ControlChange.Approval.KIND, useCase, Integer.toString(version), Instant.MAX);
  }

  private static Optional<Question> question(LedgerEntry entry) {
    return ControlChange.of(entry) instanceof ControlChange.Approval approval
        ? Optional.of(
            new Question(
                approval.version(),
                approval.state(),
                approval.requester(),
                approval.state() == ControlChange.Approval.State.REQUESTED
                    ? Optional.empty()
                    : Optional.of(entry.who()),
                entry.at(),
                entry.why()))
        : Optional.empty();
  }

  /// Asks that a version may become champion. Asked again while it is open or approved, nothing
  /// changes.
  ///
  /// @throws BadInput if there is no such version
  public Question request(String useCase, int version, String who, String why) {
    check(who, why);
    return registry.write(() -> {
      require(useCase, version);
      return requested(useCase, version, who, why);
    });
  }

  private Question requested(String useCase, int version, String who, String why) {
    Optional<Question> now = question(useCase, version);
    if (now.isPresent()
        && (now.get().state() == ControlChange.Approval.State.REQUESTED
            || now.get().state() == ControlChange.Approval.State.APPROVED)) {
      return now.get();
    }
    return append(useCase, version, ControlChange.Approval.State.REQUESTED, who, who, why);
  }

  /// Says yes.
  ///
  /// @throws Refusal if nobody asked, or who asked answers where a second person must
  public Question approve(String useCase, int version, String who, String why) {
    return answer(useCase, version, ControlChange.Approval.State.APPROVED, who, why);
  }

  /// Says no; also takes an approval back. The version may be asked for again.
  ///
  /// @throws Refusal if nobody asked
  public Question reject(String useCase, int version, String who, String why) {
    return answer(useCase, version, ControlChange.Approval.State.REJECTED, who, why);
  }

  private Question answer(
      String useCase, int version, ControlChange.Approval.State answer, String who, String why) {
    check(who, why);
    return registry.write(() -> {
      require(useCase, version);
      Optional<Question> now = question(useCase, version);
      if (now.isPresent() && now.get().state() == answer) {
        return now.get();
      }
      String place = place(useCase, version);
      boolean open =
          now.isPresent()
              && (now.get().state() == ControlChange.Approval.State.REQUESTED
                  || (now.get().state() == ControlChange.Approval.State.APPROVED
                      && answer == ControlChange.Approval.State.REJECTED));
      if (!open) {
        throw new Refusal(
            place,
            now.isEmpty() ? "nobody asked for it" : "the request is " + now.get().state().word(),
            "an open request: gnomon models promote %s@%d".formatted(useCase, version));
      }
      String requester = now.orElseThrow().requester();
      if (answer == ControlChange.Approval.State.APPROVED
          && approvalRequired(useCase)
          && requester.equals(who)) {
        throw new Refusal(
            place,
            "'%s' asked for it and can't approve it".formatted(who),
            "the approval of another person");
      }
      return append(useCase, version, answer, requester, who, why);
    });
  }

  private Question append(
      String useCase,
      int version,
      ControlChange.Approval.State state,
      String requester,
      String who,
      String why) {
    LedgerEntry entry =
        ledger.append(new ControlChange.Approval(version, state, requester), useCase, who, why);
    return question(entry).orElseThrow();
  }

  /// Makes a version the champion. Where an approval is required and there is none yet, it is asked
  /// for instead. The champion promoted again changes nothing.
  ///
  /// @param override whether failed gates are overridden; then `why` must say why
  /// @throws BadInput if there is no such version
  /// @throws Refusal naming every reason against it
  public Outcome promote(String useCase, int version, Actor who, boolean override, String why) {
    check(who.name(), why);
    return registry.write(() -> {
      ModelVersion wanted = require(useCase, version);
      Optional<ModelVersion> champion = registry.alias(useCase, CHAMPION);
      if (champion.filter(wanted::equals).isPresent()) {
        return new Outcome.Promoted(wanted, champion);
      }
      List<String> failed = failedGates(wanted);
      refuseFailed(useCase, wanted, failed, who, override, why);
      Optional<Question> question = question(useCase, version);
      boolean approved =
          question
              .filter(one -> one.state() == ControlChange.Approval.State.APPROVED)
              .filter(one -> !one.answeredBy().equals(Optional.of(one.requester())))
              .isPresent();
      if (approvalRequired(useCase) && !approved) {
        if (question
            .filter(one -> one.state() == ControlChange.Approval.State.APPROVED)
            .isPresent()) {
          // Approved by who asked, before a second person was required: asked for anew.
          return new Outcome.Waiting(
              wanted,
              append(
                      useCase,
                      version,
                      ControlChange.Approval.State.REQUESTED,
                      who.name(),
                      who.name(),
                      why)
                  .requester());
        }
        return new Outcome.Waiting(
            wanted, requested(useCase, version, who.name(), why).requester());
      }
      if (!failed.isEmpty()) {
        ledger.append(new ControlChange.GateOverridden(version, failed), useCase, who.name(), why);
      }
      OptionalInt previous =
          champion.map(one -> OptionalInt.of(one.version())).orElse(OptionalInt.empty());
      ledger.append(new ControlChange.Promoted(version, previous), useCase, who.name(), why);
      return new Outcome.Promoted(
          wanted, registry.move(useCase, CHAMPION, Integer.toString(version), who.name(), why));
    });
  }

  private static void refuseFailed(
      String useCase,
      ModelVersion wanted,
      List<String> failed,
      Actor who,
      boolean override,
      String why) {
    if (failed.isEmpty()) {
      return;
    }
    String place = place(useCase, wanted.version());
    List<Problem> problems = new ArrayList<>();
    if (!override) {
      failed.forEach(gate ->
          problems.add(
              new Problem(
                  place,
                  "gate '%s' said no".formatted(gate),
                  "a version that passes, or an admin who overrides and says why")));
    } else {
      if (!who.mayOverride()) {
        problems.add(
            new Problem(place, "'%s' can't override gates".formatted(who.name()), "an admin can"));
      }
      if (why.isBlank()) {
        problems.add(new Problem(place, "gates overridden without a reason", "--why, or \"why\""));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refusal(problems);
    }
  }

  /// The gates that said no, by name; one unnamed for a version whose summary does not tell.
  public static List<String> failedGates(ModelVersion version) {
    if (version.passed()) {
      return List.of();
    }
    List<String> failed = new ArrayList<>();
    try {
      for (JsonNode gate : JsonMapper.shared().readTree(version.summaryJson()).path("gates")) {
        if (!gate.path("passed").asBoolean(true)) {
          failed.add(gate.path("name").asString("unnamed"));
        }
      }
    } catch (JacksonException unreadable) {
      // the version says itself that it failed
    }
    return failed.isEmpty() ? List.of("evaluation") : List.copyOf(failed);
  }

  /// Makes the version before the champion the champion again.
  ///
  /// Before means: the last one before that was not gone back from itself, so that two rollbacks go
  /// back two versions instead of back and forth.
  ///
  /// @throws Refusal if there was none before
  public Outcome.Promoted rollback(String useCase, String who, String why) {
    check(who, why);
    return registry.write(() -> {
      ModelVersion champion =
          registry
              .alias(useCase, CHAMPION)
              .orElseThrow(() ->
                  new Refusal(
                      "'%s'".formatted(useCase), "it has no champion", "a use case with one"));
      ModelVersion before =
          before(useCase)
              .orElseThrow(() ->
                  new Refusal(
                      "'%s'".formatted(useCase),
                      "no version was champion before version " + champion.version(),
                      "gnomon models promote with another version"));
      ledger.append(
          new ControlChange.RolledBack(champion.version(), before.version()), useCase, who, why);
      Optional<Question> question = question(useCase, champion.version());
      if (question
          .filter(one -> one.state() == ControlChange.Approval.State.APPROVED)
          .isPresent()) {
        append(
            useCase,
            champion.version(),
            ControlChange.Approval.State.SPENT,
            question.get().requester(),
            who,
            why);
      }
      var _ = registry.move(useCase, CHAMPION, Integer.toString(before.version()), who, why);
      return new Outcome.Promoted(before, Optional.of(champion));
    });
  }

  /// What a rollback would go back to.
  public Optional<ModelVersion> before(String useCase) {
    List<Integer> way = way(registry.aliasHistory(useCase, CHAMPION));
    return way.size() < 2 ? Optional.empty() : store.version(useCase, way.get(way.size() - 2));
  }

  /// The versions an alias came by, those it went back from left out.
  ///
  /// @param moves of one alias, oldest first
  static List<Integer> way(List<LedgerEntry> moves) {
    List<Integer> way = new ArrayList<>();
    for (LedgerEntry entry : moves) {
      if (entry.content().isEmpty()) {
        continue;
      }
      int version = Integer.parseInt(entry.content());
      int known = way.indexOf(version);
      if (known >= 0) { // back to one that was there before: what came since is off the way
        way.subList(known + 1, way.size()).clear();
      } else {
        way.add(version);
      }
    }
    return way;
  }

  private ModelVersion require(String useCase, int version) {
    return store
        .version(useCase, version)
        .orElseThrow(() -> {
          int known = store.versions(useCase).size();
          return new BadInput(
              "version %d of '%s'".formatted(version, useCase),
              "there is none",
              known == 0 ? "a use case with a version" : "1 to " + known);
        });
  }

  private static String place(String useCase, int version) {
    return String.format(Locale.ROOT, "version %d of '%s'", version, useCase);
  }

  private static void check(String who, String why) {
    List<Problem> problems = new ArrayList<>();
    if (who.isBlank() || who.length() > MAX_TEXT) {
      problems.add(new Problem("who", who.length() + " characters", "1 to " + MAX_TEXT));
    }
    if (who.indexOf('\0') >= 0 || why.indexOf('\0') >= 0) {
      problems.add(
          new Problem("who, why", "the character 0", "text without it: databases can't keep it"));
    }
    if (why.length() > MAX_TEXT) {
      problems.add(new Problem("why", why.length() + " characters", "at most " + MAX_TEXT));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }
}
