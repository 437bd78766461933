package dev.gnomon.benchmarks;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One cost expression on one row: the decision policy does this four times per decision.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExpressionBenchmark {
  private static final Schema SCHEMA = Schema.of(new Field("clv", Type.NUMBER));

  private final Expression.Bound cost = Expression.parse("10 + 0.7 * clv").bind(SCHEMA);
  private final Customer customer = new Customer(812.5);

  record Customer(double clv) implements Row {
    @Override
    public double number(int column) {
      return clv;
    }

    @Override
    public @Nullable String text(int column) {
      return null;
    }

    @Override
    public long time(int column) {
      throw new IllegalStateException("no time column");
    }
  }

  @Benchmark
  public double costOfATruePositive() {
    return cost.number(customer);
  }
}
