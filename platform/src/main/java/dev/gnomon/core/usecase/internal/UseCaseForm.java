package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// From text to use case: the tree, its form, then section by section what the parts say about each
/// other. Goes on after problems as far as it can, to report them together.
public final class UseCaseForm {
  private UseCaseForm() {}

  /// @throws dev.gnomon.core.BadInput with every problem found
  public static UseCase read(String text, Path file) {
    var problems = new Problems(file.toString());
    Attached attached = Attached.of(text);
    Optional<YamlNode> tree = YamlTree.read(attached.useCase(), problems);
    if (tree.isEmpty()) {
      throw problems.toBadInput();
    }
    var form = new FormCheck(problems);
    form.check(tree.get(), Keys.ROOT);
    if (!(tree.get() instanceof YamlNode.Mapping mapping)) {
      throw problems.toBadInput();
    }
    var root = new Fields(mapping, form);
    ZoneId zone = root.text("zone").flatMap(Values::zone).orElse(ZoneOffset.UTC);
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = Objects.requireNonNull(absolute.getParent(), "a file lies in a folder");
    var context = new Context(problems, form, folder, zone);

    Fields featureFields = root.sectionOrNone("features");
    var viewFiles = new ViewFiles(featureFields, context, attached.views());
    List<ViewFile> used = viewFiles.read();
    Entities entities = Entities.of(root.sectionOrNone("frame"));
    var dataReader = new DataReader(root.sectionOrNone("data"), entities, context, context);
    Sources sources = dataReader.read(used);
    dataReader.checkNames(sources);
    Optional<Frame> frame =
        root.section("frame")
            .flatMap(fields -> new FrameReader(fields, dataReader, sources, context).read());
    Optional<Duration> horizon = frame.flatMap(found -> FrameReader.horizon(found.target()));
    TaskRules rules = TaskRules.of(root.sectionOrNone("frame").text("task", "binary"));
    Stakes stakes = StakesReader.read(root.sectionOrNone("problem"), frame, rules, context);
    var features = new FeatureReader(featureFields, used, sources, frame, context).read();
    var learning = new LearningReader(stakes, rules, context);
    var models = learning.models(root.sectionOrNone("models"));
    boolean timed = !sources.flat() || sources.timed();
    var training = learning.training(root.sectionOrNone("training"), timed, frame);
    var operation = new OperationReader(stakes, rules, context);
    var evaluation = operation.evaluation(root.sectionOrNone("evaluation"));
    var production =
        operation.production(root.text("name", ""), root.sectionOrNone("production"), horizon);
    if (!problems.isEmpty()) {
      throw problems.toBadInput();
    }
    return new UseCase(
        root.text("name").orElseThrow(),
        stakes,
        frame.orElseThrow(),
        sources.data(),
        features,
        models,
        training,
        evaluation,
        production,
        absolute,
        new Attached(attached.useCase(), viewFiles.texts()).text());
  }
}
