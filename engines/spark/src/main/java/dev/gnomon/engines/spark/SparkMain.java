package dev.gnomon.engines.spark;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Times;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `spark-submit` runs: writes the training set of a use case and prints what it wrote as one
/// JSON object.
///
/// ```
/// spark-submit --class dev.gnomon.engines.spark.SparkMain … usecase.yaml --out train.parquet
///     [--as-of 2024-11-01] [--partitions 200] [--staging DIR]
/// ```
public final class SparkMain {
  private SparkMain() {}

  /// Ends with 0 when done, 1 when refused, 2 for bad input.
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err, InstantSource.system());
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] arguments, PrintStream out, PrintStream err, InstantSource clock) {
    try {
      Map<String, String> options = options(arguments);
      Path file = Path.of(require(options, "FILE")).toAbsolutePath();
      UseCase useCase = UseCaseReader.read(file);
      FileEngine engine = FileEngines.find();
      Path home = file.resolveSibling(".gnomon");
      Path staging = Path.of(options.getOrDefault("--staging", home + "/spark")).toAbsolutePath();
      SourceReaders readers = new SourceReaders(engine, useCase);
      if (useCase.data().sources().values().stream().anyMatch(s -> !s.checks().isEmpty())) {
        DataCheck.Outcome checked =
            DataCheck.run(useCase, engine, new Home(home), Progress.NONE, clock);
        checked.report().requireUsable();
        readers = SourceReaders.checked(checked, engine, useCase);
      }
      SparkSession spark = SparkSession.builder().appName("gnomon " + useCase.name()).getOrCreate();
      SparkTrainingSets.Result result =
          new SparkTrainingSets(spark, engine, staging)
              .build(
                  useCase,
                  readers,
                  new SparkTrainingSets.Options(asOf(options), partitions(options)),
                  Path.of(require(options, "--out")),
                  Progress.NONE);
      out.print(CanonicalJson.text(json(options, result)));
      return 0;
    } catch (BadInput e) {
      err.println(e.getMessage());
      return 2;
    } catch (Refusal e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static ObjectNode json(Map<String, String> options, SparkTrainingSets.Result result) {
    ObjectNode json = CanonicalJson.object();
    json.put("out", require(options, "--out"));
    json.put("rows", result.rows());
    json.put("labelled", result.labelled());
    json.put("positive", result.positive());
    json.put("features", result.features());
    ObjectNode unlabelled = json.putObject("unlabelled");
    result.unlabelled().forEach(unlabelled::put);
    json.put("view", result.view());
    json.put("hash", result.hash());
    ArrayNode copied = json.putArray("copied");
    result.copied().forEach(copied::add);
    return json;
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      String word = arguments[i];
      switch (word) {
        case "--out", "--as-of", "--partitions", "--staging" -> {
          if (i + 1 == arguments.length) {
            throw new BadInput(word, "nothing follows", "a value");
          }
          options.put(word, arguments[++i]);
        }
        default -> {
          if (word.startsWith("--") || options.containsKey("FILE")) {
            throw new BadInput(
                word,
                "it is unknown",
                "FILE --out OUT [--as-of TIME] [--partitions N] [--staging DIR]");
          }
          options.put("FILE", word);
        }
      }
    }
    return options;
  }

  private static String require(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new BadInput(name, "it is not stated", "FILE --out OUT");
    }
    return value;
  }

  private static int partitions(Map<String, String> options) {
    String text = options.getOrDefault("--partitions", "0");
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new BadInput("--partitions", "'" + text + "'", "a whole number, 0 for Spark's own");
  }

  private static OptionalLong asOf(Map<String, String> options) {
    String text = options.get("--as-of");
    if (text == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Times.micros(
              text.length() == 10
                  ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                  : Instant.parse(text.endsWith("Z") ? text : text + "Z")));
    } catch (DateTimeException e) {
      throw new BadInput("--as-of", "'" + text + "'", "2024-11-01 or 2024-11-01T12:00:00Z");
    }
  }
}
