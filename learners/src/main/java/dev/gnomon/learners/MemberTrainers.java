package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.models.Model;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// The trainers that an ensemble is made of, found by name like any other, each with its settings.
///
/// `members: "logistic, xgboost"` names them; `xgboost-rounds: 100` is the setting `rounds` of the
/// member `xgboost` (of several members whose names begin it, the longest is meant).
record MemberTrainers(List<Member> members, Map<String, String> own) {
  /// Share of the rows that a member which can stop early is given to know when, if the caller set
  /// none aside.
  private static final int INNER_FOLDS = 10;

  /// One trainer with its settings.
  record Member(Trainer trainer, Map<String, String> settings) {}

  MemberTrainers {
    members = List.copyOf(members);
    own = Map.copyOf(own);
  }

  /// @param ensemble the name in errors
  /// @throws BadInput when no members are stated, or one is unknown
  static MemberTrainers of(String ensemble, Map<String, String> settings) {
    String place = "models.candidates." + ensemble;
    List<String> names = names(settings.getOrDefault("members", ""));
    TreeMap<String, Trainer> known = new TreeMap<>();
    for (Trainer trainer : ServiceLoader.load(Trainer.class)) {
      known.put(trainer.name(), trainer);
    }
    List<Problem> problems = new ArrayList<>();
    if (names.isEmpty()) {
      problems.add(
          new Problem(
              place + ".members",
              "no members",
              "names of trainers, as in members: \"logistic, xgboost\""));
    }
    Map<String, Map<String, String>> settingsOf = new HashMap<>();
    names.forEach(name -> settingsOf.put(name, new TreeMap<>()));
    Map<String, String> own = new TreeMap<>();
    settings.forEach((key, value) -> {
      String owner = "";
      for (String name : names) {
        if (key.startsWith(name + "-") && name.length() > owner.length()) {
          owner = name;
        }
      }
      Map<String, String> of = settingsOf.get(owner);
      if (of == null) {
        own.put(key, value);
      } else {
        of.put(key.substring(owner.length() + 1), value);
      }
    });
    List<Member> members = new ArrayList<>();
    for (String name : names) {
      Trainer trainer = known.get(name);
      if (trainer == null) {
        problems.add(
            new Problem(
                place + ".members",
                "no trainer named '%s'".formatted(name),
                "on the class path: " + String.join(", ", known.keySet())));
      } else {
        members.add(new Member(trainer, settingsOf.getOrDefault(name, Map.of())));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new MemberTrainers(members, own);
  }

  private static List<String> names(String stated) {
    List<String> names = new ArrayList<>();
    for (String part : stated.split(",", -1)) {
      String name = part.strip();
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /// Whether any member needs complete, scaled inputs; then all get them.
  static boolean needComplete(String ensemble, Map<String, String> settings) {
    return of(ensemble, settings).members.stream()
        .anyMatch(m -> m.trainer.needsCompleteScaledInputs(m.settings));
  }

  /// @throws BadInput when a member can't learn this target
  void requireFit(String ensemble, Fit.Target target) {
    List<Problem> problems = new ArrayList<>();
    for (Member member : members) {
      if (!member.trainer.fits(target)) {
        problems.add(
            new Problem(
                "models.candidates." + ensemble + ".members",
                "'%s' does not learn %s"
                    .formatted(
                        member.trainer.name(),
                        target == Fit.Target.BINARY ? "0/1 targets" : "numbers"),
                "members that do"));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  List<Model> train(Fit fit, Fit.Rows rows) {
    List<Model> models = new ArrayList<>();
    for (Member member : members) {
      models.add(train(member, fit, rows));
    }
    return models;
  }

  /// A member that takes rows as they are is one that stops early: without inner rows from the
  /// caller it gets a tenth of its own, whole groups.
  private static Model train(Member member, Fit fit, Fit.Rows rows) {
    Fit.Rows used = rows;
    Fit.Rows inner = fit.inner();
    if (inner.size() == 0 && !member.trainer.needsCompleteScaledInputs(member.settings)) {
      int[] folds =
          GroupFolds.of(rows, INNER_FOLDS, RandomStream.of(fit.seed()).split("member-inner"));
      if (GroupFolds.count(folds) == INNER_FOLDS) {
        used = GroupFolds.take(rows, GroupFolds.positions(folds, 0, false));
        inner = GroupFolds.take(rows, GroupFolds.positions(folds, 0, true));
      }
    }
    return member.trainer.train(
        new Fit(
            fit.target(), used, inner, member.settings, fit.seed(), fit.threads(), Progress.NONE));
  }

  /// The members' scores of the given rows on one scale, row by row.
  static float[] scores(List<Model> models, Fit.Rows rows, MemberScale scale) {
    int count = models.size();
    float[] scores = new float[rows.size() * count];
    double[] found = new double[rows.size()];
    for (int m = 0; m < count; m++) {
      models.get(m).margins(rows.inputs().values(), rows.size(), found);
      for (int i = 0; i < found.length; i++) {
        scores[i * count + m] = (float) scale.score(models.get(m).output(), found[i]);
      }
    }
    return scores;
  }

  /// The members' scores of each row by members that saw neither the row nor its group.
  ///
  /// @throws BadInput when there are not two groups
  float[] outOfFold(String ensemble, Fit fit, int folds, MemberScale scale) {
    Fit.Rows rows = fit.rows();
    int[] dealt = GroupFolds.of(rows, folds, RandomStream.of(fit.seed()).split("members"));
    int count = GroupFolds.count(dealt);
    if (count < 2) {
      throw new BadInput(
          "models.candidates." + ensemble,
          "all %,d rows are of one group".formatted(rows.size()),
          "rows of at least two entities, to score each by members that did not see it");
    }
    float[] scores = new float[rows.size() * members.size()];
    for (int fold = 0; fold < count; fold++) {
      int[] held = GroupFolds.positions(dealt, fold, true);
      List<Model> models =
          train(fit, GroupFolds.take(rows, GroupFolds.positions(dealt, fold, false)));
      float[] found = scores(models, GroupFolds.take(rows, held), scale);
      for (int i = 0; i < held.length; i++) {
        System.arraycopy(
            found, i * members.size(), scores, held[i] * members.size(), members.size());
      }
      fit.progress().advance(1);
    }
    return scores;
  }
}
