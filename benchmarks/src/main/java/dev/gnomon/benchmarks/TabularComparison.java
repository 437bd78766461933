package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Scoring;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Trained;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/// Trains the examples that name public data and writes, per example, which row is in which part
/// and what the chosen model says of each test row, so that `benchmarks/tabular.py` can train
/// scikit-learn and XGBoost on the identical rows.
///
/// `TabularComparison EXAMPLES DATA OUT [NAME…]`: the folder with the examples, the one with the
/// data, where to write.
public final class TabularComparison {
  private TabularComparison() {}

  public static void main(String[] args) throws IOException {
    Path examples = Path.of(args[0]);
    Path out = Files.createDirectories(Path.of(args[2]));
    for (String name : List.of(args).subList(3, args.length)) {
      try {
        one(examples.resolve(name).resolve("usecase.yaml"), Path.of(args[1]), name, out);
      } catch (RuntimeException e) {
        System.out.printf("%s: %s%n", name, e);
      }
    }
  }

  private static void one(Path file, Path data, String name, Path out) throws IOException {
    String text = Files.readString(file).replace("../../../data", data.toAbsolutePath().toString());
    UseCase useCase = UseCaseReader.parse(text, file);
    Path scratch = Files.createTempDirectory(out, name);
    long start = System.nanoTime();
    DataCheck.Outcome checked =
        DataCheck.run(
            useCase, FileEngines.find(), new Home(scratch), Progress.NONE, InstantSource.system());
    checked.report().requireUsable();
    TrainingSet set =
        TrainingSets.build(
            useCase,
            SourceReaders.checked(checked, FileEngines.find(), useCase),
            TrainingSets.Options.inDirectory(scratch),
            Progress.NONE);
    long read = System.nanoTime();
    List<Trainer> trainers =
        ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList();
    Trained trained =
        Training.run(
            useCase, set, trainers, Training.Options.of(InstantSource.system()), Progress.NONE);
    double seconds = (System.nanoTime() - read) / 1e9;
    write(set, trained, name, out);
    Evaluation evaluation = trained.evaluation();
    System.out.printf(
        Locale.ROOT,
        "%s: %s, read %.1f s, trained %.1f s, %s%n",
        name,
        evaluation.chosen(),
        (read - start) / 1e9,
        seconds,
        trained.seconds());
    evaluation.candidates().forEach(c -> System.out.printf("  %s %s%n", c.name(), c.metrics()));
    evaluation
        .test()
        .forEach((metric, interval) ->
            System.out.printf(
                Locale.ROOT,
                "  %s %.4f (%.4f to %.4f)%n",
                metric,
                interval.estimate(),
                interval.lower(),
                interval.upper()));
  }

  private static void write(TrainingSet set, Trained trained, String name, Path out)
      throws IOException {
    String[] part = new String[set.size()];
    for (int row : trained.split().train()) {
      part[row] = "train";
    }
    for (int row : trained.split().validation()) {
      part[row] = "validation";
    }
    int[] test = trained.split().test();
    for (int row : test) {
      part[row] = "test";
    }
    Scoring scoring =
        new Scoring(
            trained.preprocessing(), trained.model(), trained.calibration(), trained.policy());
    double[] scores = scoring.scores(set.rows(), test);
    double[] byRow = new double[set.size()];
    for (int i = 0; i < test.length; i++) {
      byRow[test[i]] = scores[i];
    }
    try (var writer = Files.newBufferedWriter(out.resolve(name + ".csv"))) {
      writer.write("key,part,label,score\n");
      for (int row = 0; row < part.length; row++) {
        if (part[row] != null) {
          writer.write(
              "%s,%s,%s,%s%n"
                  .formatted(
                      set.keys().dictionary().text(set.keys().codes()[row]),
                      part[row],
                      set.labels()[row],
                      part[row].equals("test") ? byRow[row] : ""));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
