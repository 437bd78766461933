package dev.gnomon.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.engines.spark.WorldOnDisk.Shape;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Executors give the bits of the back-fill in one process, whatever the files and partitions.
class SparkTrainingSetsTest {
  private static final FileEngine ENGINE = FileEngines.find();

  @TempDir static Path folder;

  private static SparkSession spark = session();

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("test")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
        .getOrCreate();
  }

  @BeforeAll
  static void start() {
    assertThat(spark.version()).startsWith("4.");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkTrainingSets.Result build(
      UseCase useCase, OptionalLong asOf, int partitions, Path out) {
    return new SparkTrainingSets(spark, ENGINE, folder.resolve("staging"))
        .build(
            useCase,
            new SourceReaders(ENGINE, useCase),
            new SparkTrainingSets.Options(asOf, partitions),
            out,
            Progress.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, false, true, false, false, 1",
    "2, false, false, true, true, 5",
    "3, true, false, false, false, 3",
    "4, true, true, true, false, 0",
  })
  void equalsTheBackFillBitByBit(
      long seed, boolean listed, boolean identified, boolean text, boolean inverted, int partitions)
      throws IOException {
    Path at = folder.resolve("world" + seed);
    WorldOnDisk world =
        new WorldOnDisk(seed, new Shape(listed, identified, text, inverted), at, ENGINE);
    UseCase useCase = world.useCase();
    TrainingSet expected = world.inOneProcess(useCase);
    Path out = at.resolve("spark.parquet");
    SparkTrainingSets.Result result = build(useCase, OptionalLong.empty(), partitions, out);
    assertThat(expected.size()).isGreaterThan(20);
    assertThat(result.rows()).isEqualTo(expected.size());
    assertThat(result.unlabelled()).isEqualTo(expected.unlabelled());
    assertThat(result.asOfMicros()).isEqualTo(expected.asOfMicros());
    assertThat(result.horizonMicros()).isEqualTo(expected.horizonMicros());
    assertThat(result.view()).isEqualTo(expected.plan().hash());
    assertThat(result.copied()).isEqualTo(text ? List.of("leaving") : List.of());
    assertThat(result.hash()).isEqualTo(expected.hash());
    Path own = at.resolve("own.parquet");
    TrainingSets.write(expected, ENGINE, own);
    assertThat(Files.mismatch(own, out)).as("the files are the same bytes").isEqualTo(-1L);
    try (var left = Files.list(folder.resolve("staging"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anIdOnRowsOfDifferentContentIsRefused() throws IOException {
    Path at = folder.resolve("conflict");
    Shape shape = new Shape(false, true, false, false);
    WorldOnDisk world = new WorldOnDisk(7, shape, at, ENGINE);
    // A second world's events carry the same ids.
    new WorldOnDisk(8, shape, at.resolve("other"), ENGINE);
    Files.copy(at.resolve("other/events-0.parquet"), at.resolve("events-9.parquet"));
    UseCase useCase = world.useCase();
    assertThatThrownBy(() -> world.inOneProcess(useCase)).isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> build(useCase, OptionalLong.empty(), 2, at.resolve("x.parquet")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("values of 'id' stand on rows of different content");
  }
}
