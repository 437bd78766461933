package dev.gnomon.server.inference;

import dev.gnomon.core.BadInput;
import dev.gnomon.features.RequestInputs;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Type;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.serving.ChecksFailed;
import dev.gnomon.serving.DecideJson;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.FeatureSource;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A use case as a model: each raw input is one tensor of shape `[-1, 1]`, each row is decided,
/// logged, watched and limited as `decide` does it.
///
/// A missing number is NaN and a missing text an empty one; an input left out altogether is missing
/// for a flat table, and otherwise what is stored of the key. Rows are decided one after the other:
/// when the deadline passes or the disk fills, those before are decided and logged.
public final class UseCaseModel implements InferenceModel {
  private static final Set<Datatype> NUMBERS = EnumSet.complementOf(EnumSet.of(Datatype.BYTES));
  private static final Set<Datatype> TEXTS =
      EnumSet.complementOf(EnumSet.of(Datatype.FP16, Datatype.BF16, Datatype.FP32, Datatype.FP64));
  private static final Set<Datatype> BYTES = EnumSet.of(Datatype.BYTES);

  private final LiveUseCase live;
  private final Deciding deciding;
  private final String name;
  private final boolean flat;
  private final List<TensorSpec> inputs;
  private final Map<String, Type> types = new LinkedHashMap<>();
  private final String key;
  private final String at;
  private volatile Described described;

  /// How a decision is made: through everything that watches decisions.
  @FunctionalInterface
  public interface Deciding {
    /// @throws HttpProblem when the time asked for is too old
    Decided decide(LiveUseCase live, DecideRequest request);
  }

  /// @param version 0 while there is none
  private record Described(int version, ModelMetadata metadata) {}

  public UseCaseModel(LiveUseCase live, Deciding deciding) {
    this.live = live;
    this.deciding = deciding;
    this.name = live.useCase().name();
    this.flat = live.useCase().data().isFlatTable();
    for (Field field : RequestInputs.fields(live.features().plan())) {
      types.put(field.name(), field.type());
    }
    this.key = free("key");
    this.at = free("at");
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(new TensorSpec(key, Datatype.BYTES, new long[] {-1, 1}, flat, TEXTS));
    specs.add(TensorSpec.column(at, Datatype.BYTES, BYTES));
    types.forEach((input, type) ->
        specs.add(
            switch (type) {
              case NUMBER -> TensorSpec.column(input, Datatype.FP64, NUMBERS);
              case TEXT -> TensorSpec.column(input, Datatype.BYTES, TEXTS);
              case TIME -> TensorSpec.column(input, Datatype.BYTES, BYTES);
            }));
    this.inputs = List.copyOf(specs);
    this.described = describe(null);
  }

  /// A name that no input of the use case has.
  private String free(String wanted) {
    return types.containsKey(wanted) ? "gnomon_" + wanted : wanted;
  }

  private Described describe(@Nullable LiveVersion version) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("task", live.useCase().frame().task().name().toLowerCase(java.util.Locale.ROOT));
    properties.put("entity", live.useCase().frame().entity());
    properties.put("max_rows", Integer.toString(DecideJson.MAX_ITEMS));
    if (version != null) {
      properties.put("bundle", version.bundleHash());
    }
    return new Described(
        version == null ? 0 : version.version(),
        new ModelMetadata(
            name,
            version == null ? List.of() : List.of(Integer.toString(version.version())),
            "gnomon_bundle",
            inputs,
            DecidedTensors.SPECS,
            properties));
  }

  @Override
  public ModelMetadata metadata() {
    LiveVersion version = live.decisions().live().orElse(null);
    Described known = described;
    if (known.version != (version == null ? 0 : version.version())) {
      known = describe(version);
      described = known;
    }
    return known.metadata;
  }

  /// Always: without a version the fallback rules decide, and the answer says so.
  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public InferenceResponse infer(InferenceRequest request) {
    int rows = rows(request);
    String id = request.id().filter(text -> !text.isBlank()).orElse("");
    Optional<String> made = Optional.empty();
    Rows columns = new Rows(request, rows);
    if (columns.keys == null && id.isEmpty()) {
      id = UUID.randomUUID().toString();
      made = Optional.of(id);
    }
    List<DecideRequest> asked = columns.requests(id);
    DecidedTensors answer = new DecidedTensors(rows);
    List<RuntimeException> refused = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      request.deadline().check();
      try {
        answer.set(row, deciding.decide(live, within(asked.get(row), request.deadline())));
      } catch (BadInput | ChecksFailed | HttpProblem | FeatureSource.TooOld e) {
        refused.add(e);
        answer.refused(row, asked.get(row).key(), reason(e));
      } catch (UncheckedIOException e) {
        throw row == 0 ? e : broken(e, row);
      }
    }
    if (!refused.isEmpty() && refused.size() == rows) {
      throw refused.getFirst();
    }
    return new InferenceResponse(name, answer.version(), made, Map.of(), answer.tensors());
  }

  /// A decision is given in the time that is left, and says so where that changed it.
  private static DecideRequest within(DecideRequest asked, Deadline deadline) {
    OptionalLong left = deadline.left();
    return left.isEmpty() ? asked : asked.within(Duration.ofNanos(left.getAsLong()));
  }

  private static String reason(RuntimeException failure) {
    return InferenceError.of(failure)
        .map(InferenceError::message)
        .orElseThrow(() -> failure)
        .lines()
        .findFirst()
        .orElse("");
  }

  private static InferenceError broken(UncheckedIOException failure, int row) {
    InferenceError.Kind kind =
        InferenceError.of(failure)
            .map(InferenceError::kind)
            .orElse(InferenceError.Kind.UNAVAILABLE);
    return new InferenceError(
        kind,
        "The record of row %d can't be kept; the %d rows before it were decided and logged."
            .formatted(row, row));
  }

  private static int rows(InferenceRequest request) {
    if (request.inputs().isEmpty()) {
      throw InferenceError.invalid("inputs: there are none; at least one says how many rows");
    }
    Tensor first = request.inputs().getFirst();
    for (Tensor tensor : request.inputs()) {
      if (tensor.shape()[0] != first.shape()[0]) {
        throw InferenceError.invalid(
            "inputs.%s.shape: it has %d rows; %s has %d"
                .formatted(tensor.name(), tensor.shape()[0], first.name(), first.shape()[0]));
      }
    }
    if (first.shape()[0] > DecideJson.MAX_ITEMS) {
      throw InferenceError.invalid(
          "inputs: there are %d rows; at most %d are decided at once"
              .formatted(first.shape()[0], DecideJson.MAX_ITEMS));
    }
    return (int) first.shape()[0];
  }

  /// The columns of a request, all checked before the first row is decided.
  private final class Rows {
    private final int rows;
    final String @Nullable [] keys;
    private final long @Nullable [] times;
    private final List<String> names = new ArrayList<>();
    private final List<@Nullable Object[]> columns = new ArrayList<>();

    Rows(InferenceRequest request, int rows) {
      this.rows = rows;
      InputColumns read = new InputColumns();
      String[] keyColumn = null;
      long[] timeColumn = null;
      for (Tensor tensor : request.inputs()) {
        if (tensor.name().equals(key)) {
          keyColumn = read.keys(tensor);
        } else if (tensor.name().equals(at)) {
          timeColumn = read.times(tensor);
        } else {
          names.add(tensor.name());
          columns.add(
              Objects.requireNonNull(types.get(tensor.name())) == Type.NUMBER
                  ? read.numbers(tensor)
                  : read.texts(tensor));
        }
      }
      read.refuseIfWrong();
      this.keys = keyColumn;
      this.times = timeColumn;
    }

    List<DecideRequest> requests(String id) {
      List<DecideRequest> out = new ArrayList<>(rows);
      for (int row = 0; row < rows; row++) {
        Map<String, @Nullable Object> values = LinkedHashMap.newLinkedHashMap(names.size());
        for (int c = 0; c < names.size(); c++) {
          values.put(names.get(c), columns.get(c)[row]);
        }
        out.add(
            new DecideRequest(
                Optional.empty(),
                keys == null ? id + "#" + row : keys[row],
                InputColumns.time(times, row),
                values,
                false));
      }
      return out;
    }
  }
}
