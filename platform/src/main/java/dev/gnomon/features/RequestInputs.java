package dev.gnomon.features;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceReader;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.OnlineState;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values that come with a request instead of from the store. Mutable, for one thread.
public final class RequestInputs {
  private final FeatureProgram program;
  private final @Nullable RawRow raw;
  private final @Nullable Schema table;
  private final ZoneId zone;
  private final boolean[] derived;
  private final Set<String> entityKeys = new HashSet<>();

  public RequestInputs(FeaturePlan plan) {
    this.program = FeatureProgram.compile(plan.useCase(), plan.schemas());
    boolean flat = plan.useCase().data().isFlatTable();
    if (flat) {
      SourceSpec spec = plan.useCase().data().require(DataSection.TABLE);
      this.table = Objects.requireNonNull(plan.schemas().get(DataSection.TABLE));
      this.raw = new RawRow(spec, this.table);
      this.zone = spec.format().zone();
    } else {
      this.table = null;
      this.raw = null;
      this.zone = ZoneOffset.UTC;
    }
    this.derived = new boolean[program.row().size()];
    program.derived().forEach(one -> derived[one.column()] = true);
    program
        .groups()
        .forEach(group ->
            group.columns().stream()
                .filter(column -> column >= 0)
                .forEach(column -> entityKeys.add(program.row().field(column).name())));
    if (program.observedAt() >= 0) {
      derived[program.observedAt()] = true;
    }
  }

  /// What a request may give, by name: for a flat table its raw columns without key, target, and
  /// what is only known later; otherwise the features that are not derived.
  public static List<Field> fields(FeaturePlan plan) {
    UseCase useCase = plan.useCase();
    List<Field> fields = new ArrayList<>();
    if (useCase.data().isFlatTable()) {
      SourceSpec spec = useCase.data().require(DataSection.TABLE);
      Set<String> without = new HashSet<>(spec.columns().keySet());
      without.addAll(spec.knownAfter());
      without.add(SourceReader.ROW);
      spec.key().ifPresent(without::add);
      if (useCase.frame().target() instanceof Frame.Target.InColumn target) {
        without.add(target.column());
      }
      for (Field field : Objects.requireNonNull(plan.schemas().get(DataSection.TABLE)).fields()) {
        if (!without.contains(field.name())) {
          fields.add(field);
        }
      }
      return fields;
    }
    FeatureProgram program = FeatureProgram.compile(useCase, plan.schemas());
    Set<Integer> without = new HashSet<>();
    program.derived().forEach(one -> without.add(one.column()));
    without.add(program.observedAt());
    for (int c = 0; c < program.row().size(); c++) {
      if (!without.contains(c)) {
        fields.add(program.row().field(c));
      }
    }
    return fields;
  }

  /// For a flat table: the whole row from raw columns. Otherwise: replaces features of a row that
  /// was read from the store. Derived features follow in both.
  ///
  /// @param atMicros the time of the decision
  /// @throws BadInput naming every unknown name and every value of the wrong type
  public void apply(Map<String, ? extends @Nullable Object> inputs, long atMicros, FeatureRow out) {
    if (raw != null && table != null) {
      fromTable(raw.fill(inputs), table, out);
    } else {
      override(inputs, out);
    }
    program.derive(out, atMicros);
  }

  /// As [#apply], for a row that was read from the store: keys of further entities among the inputs
  /// first decide whose features those are.
  ///
  /// @param key of the decision
  public void apply(
      String key,
      Map<String, ? extends @Nullable Object> inputs,
      long atMicros,
      OnlineFeatures online,
      FeatureRow out) {
    apply(key, inputs, atMicros, online, out, OnlineState.USUAL);
  }

  /// As above, with an end to the time that reading those may take.
  ///
  /// @param untilNanos when there is no more time to read those, as for [OnlineFeatures#read]
  public void apply(
      String key,
      Map<String, ? extends @Nullable Object> inputs,
      long atMicros,
      OnlineFeatures online,
      FeatureRow out,
      long untilNanos) {
    if (raw == null && inputs.keySet().stream().anyMatch(entityKeys::contains)) {
      override(inputs, out);
      online.readOthers(key, atMicros, out, untilNanos);
    }
    apply(inputs, atMicros, out);
  }

  /// Whether one of the inputs says which further entity the decision is about.
  public boolean namesEntity(Map<String, ? extends @Nullable Object> inputs) {
    return !entityKeys.isEmpty() && inputs.keySet().stream().anyMatch(entityKeys::contains);
  }

  private void fromTable(RawRow row, Schema schema, FeatureRow out) {
    out.clear();
    for (int c = 0; c < program.row().size(); c++) {
      int source = program.flat().get(c);
      if (source < 0) {
        continue;
      }
      switch (schema.field(source).type()) {
        case NUMBER -> out.number(c, row.number(source));
        case TEXT -> out.text(c, row.text(source));
        case TIME -> out.time(c, row.time(source));
      }
    }
  }

  private void override(Map<String, ? extends @Nullable Object> inputs, FeatureRow out) {
    List<Problem> problems = new ArrayList<>();
    FeatureRow values = new FeatureRow(program.row());
    inputs.forEach((name, value) -> {
      int column = program.row().indexOf(name);
      if (column < 0 || derived[column]) {
        problems.add(RawRow.unknown(name, program.row(), "inputs"));
        return;
      }
      if (value != null) {
        RawRow.set(values, column, value, zone, problems);
      }
    });
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    for (String name : inputs.keySet()) {
      int column = program.row().require(name);
      switch (program.row().field(column).type()) {
        case NUMBER -> out.number(column, values.number(column));
        case TEXT -> out.text(column, values.text(column));
        case TIME -> out.time(column, values.time(column));
      }
      out.give(column);
    }
  }
}
