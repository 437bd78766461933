package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.spi.ForeignFormat.Wanted;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.training.ForeignFile;
import dev.gnomon.training.Leaks;
import dev.gnomon.training.ModelImport;
import dev.gnomon.training.TrainRun;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Makes a version out of a model that another tool fitted.
@Command(
    name = "import",
    description = {
      "Make a version out of a model that another tool fitted.",
      "The model stays as it is. Calibration, decision policy, gates and test metrics are those of"
          + " the use case's own data, as for a model trained here.",
      "Formats, found out by content: ONNX, XGBoost, LightGBM, MLflow model directories of these."
    },
    footer = {
      "gnomon models import usecase.yaml --model model.onnx",
      "gnomon models import usecase.yaml --model booster.json --columns age,income,visits",
      "gnomon models import usecase.yaml --model booster.json --categories plan=basic,plus,pro",
      "gnomon models import usecase.yaml --model mlruns/1/models/m-1/artifacts --json"
    })
final class ModelsImport implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|DIR",
      description = "The model's file, or an MLflow model directory.")
  private Path model = Path.of("");

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description =
          "The features in the order of the model's inputs (default: by the names in the model).")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--categories",
      paramLabel = "COLUMN=TEXT,…",
      description =
          "The texts of a column in the order in which the model was fitted on them; a JSON array"
              + " where texts hold commas.")
  private Map<String, String> categories = new LinkedHashMap<>();

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "Up to when outcomes are known: a date or a time in UTC.")
  private Optional<String> asOf = Optional.empty();

  ModelsImport(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    OptionalLong until = AsOf.micros(asOf);
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    Leaks.refuseKnownAfter(useCase);
    Map<String, List<String>> levels = new LinkedHashMap<>();
    categories.forEach((column, texts) -> levels.put(column, texts(column, texts)));
    ForeignFile foreign = ForeignFile.read(model, wanted(useCase));
    TrainRun.Outcome outcome;
    try (CommandLineage lineage = new CommandLineage("import", useCase, home, clock, terminal);
        ProgressBar bar = terminal.progress();
        Registry registry = common.registry(home, clock)) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      outcome =
          lineage.during(() -> {
            lineage.building("import.training_set");
            TrainingSet set =
                TrainingSets.build(
                    useCase,
                    lineage.sources(FileEngines.find(), progress),
                    UsableSources.options(home, until),
                    progress);
            lineage.built(set, "import.model");
            ModelImport matched = new ModelImport(foreign, set, columns, levels);
            TrainRun.Outcome made =
                TrainRun.given(
                    useCase,
                    set,
                    matched::given,
                    new TrainRun.Into(
                        home,
                        registry,
                        Runs.recorder(common.address(home.tracking()), clock),
                        Person.name(),
                        clock,
                        progress));
            if (made.version().isPresent()) {
              ModelVersion version = made.version().get();
              lineage.trained(set, version.version(), version.bundleHash());
            } else {
              lineage.failed("a gate failed");
            }
            return made;
          });
    }
    Train.show(outcome, common.json(), terminal);
    return outcome.passed() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private static Wanted wanted(UseCase useCase) {
    Optional<String> positive =
        useCase.frame().target() instanceof Frame.Target.InColumn column
            ? column.positive()
            : Optional.empty();
    return new Wanted(useCase.frame().task().isNumber(), positive);
  }

  private static List<String> texts(String column, String stated) {
    if (!stated.startsWith("[")) {
      return List.of(stated.split(",", -1));
    }
    try {
      List<String> texts = new ArrayList<>();
      for (JsonNode text : JsonMapper.shared().readTree(stated)) {
        texts.add(text.asString());
      }
      return texts;
    } catch (JacksonException e) {
      throw new BadInput(
          "--categories " + column, e.getOriginalMessage() + "", "a,b,c or [\"a\", \"b\"]");
    }
  }
}
