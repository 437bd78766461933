package dev.gnomon.engines.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.engines.spark.WorldOnDisk.Shape;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.observations.KeyComputation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Executors that are Java machines of their own, with nothing of ours on their class path but the
/// operators and this module.
@Tag("long")
class LocalClusterTest {
  private static final FileEngine ENGINE = FileEngines.find();

  @TempDir Path folder;

  /// Says which machine runs it and whether that knows a class. No lambda: one would have to load
  /// this test, and with it the platform.
  record Where(String name) implements MapPartitionsFunction<Long, String> {
    @Override
    public Iterator<String> call(Iterator<Long> rows) {
      List<String> told = new ArrayList<>();
      rows.forEachRemaining(row -> told.add(ProcessHandle.current().pid() + " " + knows(name)));
      return told.iterator();
    }

    private static boolean knows(String type) {
      try {
        return Class.forName(type) != null;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  @Test
  void otherMachinesGiveTheSameHash() throws IOException {
    String home = System.getenv("SPARK_HOME");
    assumeThat(home).as("SPARK_HOME, which the build sets").isNotNull();
    libraries(Path.of(home, "jars"));
    String own =
        place(SparkTrainingSets.class)
            + File.pathSeparator
            + place(KeyComputation.class)
            + File.pathSeparator
            + place(LocalClusterTest.class);
    SparkSession spark =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .appName("cluster")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.executor.extraClassPath", own)
            .getOrCreate();
    try {
      List<String> machines =
          spark
              .range(8)
              .repartition(4)
              .mapPartitions(new Where("dev.gnomon.core.usecase.UseCase"), Encoders.STRING())
              .distinct()
              .collectAsList();
      assertThat(machines)
          .isNotEmpty()
          .noneMatch(told -> told.startsWith(ProcessHandle.current().pid() + " "))
          .allMatch(told -> told.endsWith(" false"));
      for (boolean listed : new boolean[] {false, true}) {
        Path at = folder.resolve("listed-" + listed);
        WorldOnDisk world = new WorldOnDisk(11, new Shape(listed, true, false, false), at, ENGINE);
        UseCase useCase = world.useCase();
        TrainingSet expected = world.inOneProcess(useCase);
        SparkTrainingSets.Result result =
            new SparkTrainingSets(spark, ENGINE, folder.resolve("staging"))
                .build(
                    useCase,
                    new SourceReaders(ENGINE, useCase),
                    new SparkTrainingSets.Options(OptionalLong.empty(), 4),
                    at.resolve("spark.parquet"),
                    Progress.NONE);
        assertThat(result.rows()).isEqualTo(expected.size());
        assertThat(result.hash()).isEqualTo(expected.hash());
      }
    } finally {
      spark.stop();
    }
  }

  private static Path place(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /// What a Spark installation has under `jars`: everything on our class path but what is ours.
  private static void libraries(Path jars) throws IOException {
    Files.createDirectories(jars);
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      String name = String.valueOf(jar.getFileName());
      Path link = jars.resolve(name);
      boolean theirs =
          name.endsWith(".jar") && !name.startsWith("gnomon") && !name.startsWith("duckdb");
      if (theirs && !Files.exists(link)) {
        Files.createSymbolicLink(link, jar.toAbsolutePath());
      }
    }
  }
}
