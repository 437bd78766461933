package dev.gnomon.cli;

import static dev.gnomon.cli.Questions.NONE;
import static dev.gnomon.cli.Questions.grammar;
import static dev.gnomon.cli.Questions.list;
import static dev.gnomon.cli.Questions.oneOf;
import static dev.gnomon.cli.Questions.orNone;

import dev.gnomon.core.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Asks the eight steps and writes down the answers as a use case. What the data hold is asked
/// first, so that columns can be proposed and answers judged by them.
final class Interview {
  /// Judges words and units: a use case to which one line is added.
  private static final String FLAT =
      """
      frame: {task: binary, target: {column: y, positive: "1"}}
      data: {table: t.csv}
      """;

  private final Questions questions;
  private final Path file;
  private final StringBuilder yaml = new StringBuilder();

  private Interview(Questions questions, Path file) {
    this.questions = questions;
    this.file = file;
  }

  /// The text of the file.
  ///
  /// @param file where it will lie: paths in it are relative to its folder
  static String hold(Questions questions, Path file) {
    Interview interview = new Interview(questions, file);
    interview.run();
    return interview.yaml.toString();
  }

  private void run() {
    String folder =
        String.valueOf(folder(file).getFileName())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^[^a-z]+|-+$", "");
    String name =
        questions.ask(
            "What is the use case called?",
            "in addresses and commands; lower case, digits, dashes",
            folder.isEmpty() ? "my-use-case" : folder,
            answer ->
                answer.matches("[a-z][a-z0-9-]{0,62}")
                    ? Optional.empty()
                    : Optional.of("'" + answer + "'; as in telco-churn"));
    String data =
        questions.ask(
            "Where are the data?",
            "the path of one labelled table (CSV, NDJSON, Parquet), or the word sources for several files of events and states",
            "sources",
            orSources(Interview::readable));
    yaml.append("gnomon: 1\nname: ").append(name).append('\n');
    if (data.equals("sources")) {
      new SourcesInterview(questions, file, yaml).run();
    } else {
      table(data);
    }
  }

  private static Function<String, Optional<String>> orSources(
      Function<String, Optional<String>> rule) {
    return answer -> answer.equals("sources") ? Optional.empty() : rule.apply(answer);
  }

  /// What is wrong with a path as one of a data file.
  static Optional<String> readable(String path) {
    if (path.indexOf('*') < 0 && !Files.exists(Path.of(path))) {
      return Optional.of(
          "no file '%s' in %s; the path of a file".formatted(path, Path.of("").toAbsolutePath()));
    }
    try {
      Columns.of(Path.of(path));
      return Optional.empty();
    } catch (BadInput unreadable) {
      return Optional.of(unreadable.problems().getFirst().line());
    }
  }

  private void table(String path) {
    Columns columns = Columns.of(Path.of(path));
    questions.say("  columns: " + String.join(", ", columns.names()) + "\n");
    String target =
        questions.ask(
            "Which column says how it turned out?",
            "the target; never a feature",
            columns
                .like("target", "label", "churn", "outcome", "class")
                .orElse(columns.names().getLast()),
            columns.one());
    Map<String, Integer> levels = columns.levels(target);
    String task =
        questions.ask(
            "Is a decision of yes or no asked for, or a number?",
            "binary or regression",
            columns.isNumber(target) && levels.size() != 2 ? "regression" : "binary",
            answer ->
                answer.equals("regression") && !columns.isNumber(target)
                    ? Optional.of("'" + target + "' holds texts; binary")
                    : oneOf(List.of("binary", "regression")).apply(answer));
    boolean binary = task.equals("binary");

    step("1. problem: what is decided, and what mistakes cost");
    Stakes.ask(questions, yaml, binary, columns, columns.some());

    step("2. frame: the learning problem");
    String entity = entity("row");
    String positive = "";
    if (binary) {
      String rarer =
          levels.entrySet().stream()
              .min(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse("1");
      positive =
          questions.ask(
              "Which value of " + target + " is the case to be found?",
              "positive; usually the rarer one",
              rarer,
              answer ->
                  levels.isEmpty() || levels.containsKey(answer)
                      ? Optional.empty()
                      : Optional.of(
                          "no row is '%s'; one of %s"
                              .formatted(answer, String.join(", ", levels.keySet()))));
    }
    yaml.append(
        "frame: {task: %s, entity: %s, target: {column: %s%s}}\n"
            .formatted(
                task,
                quoted(entity),
                quoted(target),
                binary ? ", positive: " + quoted(positive) : ""));

    step("3. data: where it comes from");
    String key =
        questions.ask(
            "Which column identifies the " + entity + "?",
            "the key; none for the row number",
            columns
                .like("customerid", "customer_id", "_id", "key", "id")
                .filter(found -> !found.equals(target))
                .filter(found -> found.toLowerCase(Locale.ROOT).matches(".*(id|key)"))
                .orElse(NONE),
            orNone(columns.one()));
    String time =
        columns.times().isEmpty()
            ? NONE
            : questions.ask(
                "Which column says when the row was observed?",
                "with it the split is by time; none if there is none",
                columns.times().getFirst(),
                orNone(oneOf(columns.times())));
    String after =
        questions.ask(
            "Which columns are known only after the decision?",
            "with commas between; never features, or the answer leaks",
            NONE,
            columns.some());
    yaml.append("data: {table: ").append(quoted(relative(file, path)));
    key(yaml, "key", key);
    key(yaml, "event-time", time);
    names(yaml, "known-after", after);
    yaml.append("}\n");

    step("4. features: what is known when deciding");
    String except =
        questions.ask(
            "Which further columns shall be left out?",
            "with commas between; key, target and times are no features anyway",
            NONE,
            columns.some());
    yaml.append("features: {columns: all");
    names(yaml, "except", except);
    yaml.append("}\n");
    learning(questions, yaml, binary, !time.equals(NONE));
    evaluation(questions, yaml, columns.some());
    Production.ask(questions, yaml, binary && yaml.indexOf("costs:") >= 0, false);
  }

  private String entity(String usual) {
    return questions.ask(
        "What is the decision about?", "customer, machine, message", usual, Interview::word);
  }

  static Optional<String> word(String answer) {
    return answer.isBlank() || answer.indexOf(',') >= 0
        ? Optional.of("'" + answer + "'; one word, as in customer")
        : Optional.empty();
  }

  private void step(String title) {
    questions.say(title + "\n");
  }

  static void learning(Questions questions, StringBuilder yaml, boolean binary, boolean timed) {
    String frame =
        binary
            ? FLAT
            : FLAT.replace("task: binary", "task: regression").replace(", positive: \"1\"", "");
    boolean transparent = yaml.indexOf("reasons: transparent-model") >= 0;
    questions.say("5. models: what is trained\n");
    String plain = binary ? "constant, logistic" : "constant, linear";
    String candidates =
        questions.ask(
            "Which models compete?",
            "with commas between; the simplest first, so that a gain is seen",
            transparent ? plain : plain + ", xgboost",
            grammar(frame + "models: {candidates: [%s]}\n"));
    yaml.append("models: {candidates: [").append(candidates).append(']');
    if (binary) {
      yaml.append(", calibration: ")
          .append(
              questions.ask(
                  "How do scores become probabilities?",
                  "costs need probabilities: platt for few rows, isotonic for many, none",
                  "platt",
                  grammar(frame + "models: {calibration: %s}\n")));
    }
    yaml.append("}\n");
    questions.say("6. training: how it is trained\n");
    String by =
        questions.ask(
            "How are training, validation and test separated?",
            timed
                ? "time: earlier rows teach, later ones judge"
                : "random or entity; without times not by time",
            timed ? "time" : "random",
            oneOf(timed ? List.of("time", "entity", "random") : List.of("random", "entity")));
    String trials =
        questions.ask(
            "How many settings are tried?",
            "0: each model as it is; 30 is a quick search, 100 a thorough one",
            "0",
            answer ->
                answer.equals("0")
                    ? Optional.empty()
                    : grammar(frame + "training: {search: {method: bayesian, trials: %s}}\n")
                        .apply(answer));
    yaml.append("training: {split: {by: ").append(by).append('}');
    if (!trials.equals("0")) {
      yaml.append(", search: {method: bayesian, trials: ").append(trials).append('}');
    }
    yaml.append(", seed: 1}\n");
  }

  static void evaluation(
      Questions questions, StringBuilder yaml, Function<String, Optional<String>> columns) {
    questions.say("7. evaluation: what every version must reach\n");
    String segments =
        questions.ask(
            "For which columns shall results be shown group by group?",
            "segments, with commas between; a good average can hide a bad group",
            NONE,
            columns);
    if (!list(segments).isEmpty()) {
      yaml.append("evaluation: {segments: ").append(names(segments)).append("}\n");
    }
  }

  /// As the file will write it, from its folder.
  static String relative(Path file, String path) {
    return folder(file).relativize(Path.of(path).toAbsolutePath().normalize()).toString();
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(
        file.toAbsolutePath().normalize().getParent(), "a file lies in a folder");
  }

  private static void key(StringBuilder yaml, String key, String value) {
    if (!value.equals(NONE)) {
      yaml.append(", ").append(key).append(": ").append(quoted(value));
    }
  }

  private static void names(StringBuilder yaml, String key, String answer) {
    if (!list(answer).isEmpty()) {
      yaml.append(", ").append(key).append(": ").append(names(answer));
    }
  }

  static String names(String answer) {
    return list(answer).stream().map(Interview::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /// A JSON string is one of YAML too.
  static String quoted(String text) {
    return Terminal.toJson(text);
  }

  /// Step 1.
  static final class Stakes {
    private static final String USD = "USD";

    private Stakes() {}

    /// @param columns that costs may read
    /// @param some judges lists of columns
    static void ask(
        Questions questions,
        StringBuilder yaml,
        boolean binary,
        Columns columns,
        Function<String, Optional<String>> some) {
      Function<String, Optional<String>> formula = columns.formula();
      String decision =
          questions.ask(
              binary ? "What is done when the answer is yes?" : "What is the number used for?",
              "a sentence; without an action a score is worth nothing",
              "Act",
              _ -> Optional.empty());
      String owner =
          questions.ask("Who answers for it?", "alarms go there", NONE, _ -> Optional.empty());
      yaml.append("problem:\n  decision: ").append(quoted(decision)).append('\n');
      if (!owner.equals(NONE)) {
        yaml.append("  owner: ").append(quoted(owner)).append('\n');
      }
      if (binary) {
        costs(questions, yaml, formula);
      }
      Map<String, String> limits = new LinkedHashMap<>();
      String latency =
          questions.ask(
              "How long may 99 of 100 decisions take?",
              "as in 100ms; none if they are made in batch",
              NONE,
              orNone(grammar(FLAT + "problem: {constraints: {latency-p99: %s}}\n")));
      String reasons =
          questions.ask(
              "Must decisions say why?",
              "none, required, or transparent-model where a person must be able to follow the model",
              "none",
              grammar(FLAT + "problem: {constraints: {reasons: %s}}\n"));
      String guarded =
          questions.ask(
              "Which columns must not be disadvantaged?",
              "protected, with commas between: sex, age, origin; kept for audits, no features",
              NONE,
              some);
      if (!latency.equals(NONE)) {
        limits.put("latency-p99", latency);
      }
      if (!reasons.equals(NONE)) {
        limits.put("reasons", reasons);
      }
      if (!list(guarded).isEmpty()) {
        limits.put("protected", names(guarded));
      }
      if (!limits.isEmpty()) {
        yaml.append("  constraints: {")
            .append(
                limits.entrySet().stream()
                    .map(limit -> limit.getKey() + ": " + limit.getValue())
                    .collect(Collectors.joining(", ")))
            .append("}\n");
      }
    }

    private static void costs(
        Questions questions, StringBuilder yaml, Function<String, Optional<String>> formula) {
      String needless =
          questions.ask(
              "What does it cost to act needlessly?",
              "false positive: a number or a formula over columns; none if you don't know, then the threshold is .5",
              NONE,
              orNone(formula));
      if (needless.equals(NONE)) {
        return;
      }
      String missed =
          questions.ask(
              "What does it cost to miss a case?",
              "false negative, in all",
              "5 * (" + needless + ")",
              formula);
      String caught =
          questions.ask(
              "What does it cost to act rightly?",
              "true positive, in all: the action, and what it does not save",
              needless,
              answer ->
                  formula
                      .apply(answer)
                      .or(() ->
                          grammar(
                                  FLAT
                                      + "problem: {costs: {false-negative: "
                                      + quoted(missed)
                                      + ", true-positive: \"%s\"}}\n")
                              .apply(answer)));
      String currency = questions.ask("In which currency?", "of all costs", USD, Interview::word);
      yaml.append("  costs:\n    currency: ").append(quoted(currency)).append('\n');
      yaml.append("    true-positive: ").append(quoted(caught)).append('\n');
      yaml.append("    false-positive: ").append(quoted(needless)).append('\n');
      yaml.append("    false-negative: ").append(quoted(missed)).append('\n');
    }
  }

  /// Step 8.
  static final class Production {
    private Production() {}

    /// @param costs whether money is at stake, so that the effect of acting is worth measuring
    /// @param horizon whether the target says when outcomes are in
    static void ask(Questions questions, StringBuilder yaml, boolean costs, boolean horizon) {
      questions.say("8. production: release, watch, renew\n");
      StringBuilder found = new StringBuilder();
      if (costs) {
        String share =
            questions.ask(
                "Which share of positive decisions gets no action?",
                "a hold-out, so that the effect of acting is measured; 0 for none",
                "0.05",
                grammar(FLAT + "production: {hold-out: %s}\n"));
        found.append(", hold-out: ").append(share);
      }
      if (!horizon) {
        String after =
            questions.ask(
                "When is the outcome of a decision known?",
                "as in 30d; alarms on performance wait for it",
                "30d",
                orNone(grammar(FLAT + "production: {monitor: {outcomes-after: %s}}\n")));
        if (!after.equals(NONE)) {
          found.append(", monitor: {outcomes-after: ").append(after).append('}');
        }
      }
      String every =
          questions.ask(
              "How often is a new version trained?",
              "as in 7d, not oftener than outcomes come; none for never by itself",
              "30d",
              orNone(grammar(FLAT + "production: {retrain: {every: %s}}\n")));
      if (!every.equals(NONE)) {
        found
            .append(", retrain: {every: ")
            .append(every)
            .append(", when: [performance-below-contract]}");
      }
      if (!found.isEmpty()) {
        yaml.append("production: {").append(found.substring(2)).append("}\n");
      }
    }
  }
}
