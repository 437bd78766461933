package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.training.Leaks;
import dev.gnomon.training.Splits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the rules against leaks say of real data: the known leaks are refused and can be admitted,
/// and no set without one is refused.
class LeakRefusalTest {
  private static final String BICYCLES = "bike-sharing/hour.csv.gz";
  private static final String MACHINES = "ai4i-2020/ai4i2020.csv.gz";
  private static final String BANK = "bank-marketing/bank-full.csv.gz";
  private static final String TELCO = "telco-churn/telco-churn.csv.gz";

  @TempDir private Path folder;

  /// An example with something changed; the rules don't depend on who is trained.
  private static UseCase example(String name, String data, String from, String to)
      throws IOException {
    return RealData.example(
        name,
        data,
        text -> text.replaceAll("random-forest, |, random-forest", "").replace(from, to));
  }

  private List<String> check(String example, String data, String from, String to)
      throws IOException {
    UseCase useCase = example(example, data, from, to);
    Leaks.refuseKnownAfter(useCase);
    TrainingSet set = RealData.trainingSet(useCase, folder);
    return Leaks.refuse(useCase, set, Splits.of(useCase, set));
  }

  private static void refused(ThrowingCallable what, String... words) {
    assertThatThrownBy(what)
        .isInstanceOf(Refusal.class)
        .satisfies(e -> {
          System.out.println(e.getMessage());
          assertThat(e).hasMessageContainingAll(words);
        });
  }

  @Test
  void rentalsByWhoRentedAddUpToTheTarget() throws IOException {
    String from = ", known-after: [casual, registered]}\nfeatures: {columns: [";
    refused(
        () -> check("bike-sharing", BICYCLES, from, "}\nfeatures: {columns: [casual, registered, "),
        "features casual, registered: their sum is the target",
        "limit 0.999",
        "features.admit: [casual, registered]");
    assertThat(
            check(
                "bike-sharing",
                BICYCLES,
                from,
                "}\nfeatures: {admit: [casual, registered], columns: [casual, registered, "))
        .anyMatch(n -> n.contains("'casual' was admitted"))
        .anyMatch(n -> n.contains("'registered' was admitted"));
    // Declared as what they are, they are refused by name.
    assertThatThrownBy(
            () -> check("bike-sharing", BICYCLES, "{columns: [season", "{columns: [casual, season"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("'casual' is known only after the decision");
  }

  @Test
  void failureFlagsSpellTheFailure() throws IOException {
    String from = "\n  known-after: [TWF, HDF, PWF, OSF, RNF]\nfeatures:\n  columns: [Type";
    refused(
        () ->
            check("ai4i", MACHINES, from, "\nfeatures:\n  columns: [TWF, HDF, PWF, OSF, RNF, Type"),
        "HDF = 1",
        "OSF = 1",
        "PWF = 1",
        "together they spell the target",
        "% of the rarer class",
        "features.admit: [");
    assertThat(
            check(
                "ai4i",
                MACHINES,
                from,
                "\nfeatures:\n  admit: [TWF, HDF, PWF, OSF]\n  columns: [TWF, HDF, PWF, OSF, RNF, Type"))
        .anyMatch(n -> n.contains("'HDF' was admitted"));
  }

  @Test
  void theLengthOfACallIsKnownOnlyAfterIt() throws IOException {
    assertThatThrownBy(() ->
            check("bank-marketing", BANK, "{columns: all}", "{columns: [age, job, duration]}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("'duration' is known only after the decision")
        .hasMessageContaining("features.admit");
    UseCase admitted =
        example(
            "bank-marketing",
            BANK,
            "{columns: all}",
            "{columns: [age, job, duration], admit: [duration]}");
    Leaks.refuseKnownAfter(admitted);
    assertThat(RealData.trainingSet(admitted, folder).plan().inputNames()).contains("duration");
    // `all` leaves it out without a word being needed.
    UseCase all = example("bank-marketing", BANK, "", "");
    assertThat(RealData.trainingSet(all, folder).plan().inputNames()).doesNotContain("duration");
  }

  @Test
  void encodingsFittedOnTheirOwnRows() throws IOException {
    String from = "models: {";
    refused(
        () ->
            check(
                "bank-marketing",
                BANK,
                from,
                "models: {preprocessing: {encode: {method: target}, cross-fit: false}, "),
        "models.preprocessing.cross-fit",
        "features.admit: [target-encoding-in-sample]");
    assertThat(
            check(
                "bank-marketing",
                BANK,
                from,
                "models: {preprocessing: {encode: {method: target}}, "))
        .isNotNull();
  }

  @Test
  void rowsThatStandTwice() throws IOException {
    // The same rows in two files, the key being the row.
    Path original = RealData.folder().resolve(BANK);
    assumeTrue(Files.exists(original), "skipped: no " + original + "; set GNOMON_DATA");
    Path copy = Files.copy(original, folder.resolve("copy.csv.gz"));
    refused(
        () ->
            check(
                "bank-marketing",
                BANK,
                "table: " + original,
                "table: [%s, %s]".formatted(original, copy)),
        "test part",
        "equal a training row in every input and the label, limit 5 %",
        "features.admit: [duplicate-rows]");
  }

  @Test
  void resamplingBeforeTheSplitIsNoChoice() {
    assertThatThrownBy(() ->
            check(
                "telco-churn",
                TELCO,
                "\ntraining:",
                "\ntraining:\n  imbalance: {method: smote, before: split}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("training.imbalance.before")
        .hasMessageContaining("would stand on both sides of the split");
  }

  /// Every set of the tabular comparison as its example states it.
  @Test
  @Tag("long")
  void noSetWithoutALeakIsRefused() throws IOException {
    Map<String, String> sets = new TreeMap<>();
    sets.put("telco-churn", TELCO);
    sets.put("adult", "adult/adult.data.csv.gz");
    sets.put("bank-marketing", BANK);
    sets.put("cardio", "cardio-70k/cardio_train.csv.gz");
    sets.put("pima-diabetes", "pima-diabetes/pima.csv.gz");
    sets.put("breast-cancer", "breast-cancer-wisconsin/wdbc.csv.gz");
    sets.put("ai4i", MACHINES);
    sets.put("german-credit", "german-credit/german.csv.gz");
    sets.put("ibm-attrition", "ibm-hr-attrition/emp_attrition.csv.gz");
    sets.put("sms-spam", "sms-spam/SMSSpamCollection.tsv.gz");
    sets.put("nsl-kdd", "nsl-kdd/KDDTrain+.csv.gz");
    sets.put("bike-sharing", BICYCLES);
    StringBuilder table = new StringBuilder();
    int refused = 0;
    for (Map.Entry<String, String> each : sets.entrySet()) {
      for (int seed = 1; seed <= 5; seed++) {
        String text;
        boolean block = each.getKey().equals("telco-churn");
        try {
          text =
              check(
                      each.getKey(),
                      each.getValue(),
                      block ? "seed: 1" : "split: {by: random",
                      block ? "seed: " + seed : "seed: " + seed + ", split: {by: random")
                  .toString();
        } catch (Refusal e) {
          refused++;
          text = "REFUSED " + e.getMessage();
        }
        table.append("%-16s seed %d: %s%n".formatted(each.getKey(), seed, text));
      }
    }
    System.out.print(table);
    assertThat(refused).as(table.toString()).isZero();
  }
}
