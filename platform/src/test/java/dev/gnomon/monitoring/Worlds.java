package dev.gnomon.monitoring;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/// A use case whose reference is known in closed form: numbers uniform on [0, 1), two plans.
final class Worlds {
  static final long START = 1_700_000_000L / 86_400 * Times.DAY;
  static final double[] NO_COSTS = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
  static final Schema SCHEMA =
      Schema.of(
          new Field("amount", Type.NUMBER),
          new Field("steady", Type.NUMBER),
          new Field("plan", Type.TEXT));

  private Worlds() {}

  static UseCase useCase(String more) {
    return UseCaseReader.parse(
        """
        name: churn
        frame: {task: binary, target: {column: churned, positive: "yes"}}
        data: {table: t.csv, key: id}
        """
            + more,
        Path.of("usecase.yaml").toAbsolutePath());
  }

  static Reference reference(double rocAuc, double actionRate) {
    return new Reference(
        1,
        new ReferenceStatistics(
            List.of(
                uniform("amount"),
                uniform("steady"),
                new Summary.Texts(
                    "plan", 0, List.of("basic", "plus"), new long[] {6_000, 4_000}, 0)),
            uniform("score")),
        OptionalDouble.of(actionRate),
        OptionalDouble.of(rocAuc),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  static Summary.Numbers uniform(String name) {
    double[] edges = {.1, .2, .3, .4, .5, .6, .7, .8, .9};
    long[] counts = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    return new Summary.Numbers(name, 0, edges, counts, 0.5, Math.sqrt(1 / 12.0));
  }

  static FeatureRow row(double amount, double steady, String plan) {
    FeatureRow row = new FeatureRow(SCHEMA);
    row.number(0, amount);
    row.number(1, steady);
    row.text(2, plan);
    return row;
  }
}
