package dev.gnomon.cli;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.spi.BundleFormat;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes the bundle of a version for other programs.
@Command(
    name = "export",
    description = {
      "Write the bundle of a version to a file.",
      "As ONNX it is one graph from raw features to the calibrated score, preprocessing included,"
          + " checked with ONNX Runtime before it is written."
    },
    footer = {
      "gnomon bundle export churn --onnx churn.onnx",
      "gnomon bundle export churn@challenger --onnx churn.onnx --zip churn.zip",
      "gnomon bundle export churn --mlmodel churn-model"
    })
final class BundleExport implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME[@VERSION]",
      description = "A use case, and a version or an alias (default: champion, else the newest).")
  private String name = "";

  @Option(names = "--onnx", paramLabel = "FILE", description = "Write an ONNX graph.")
  private Optional<Path> onnx = Optional.empty();

  @Option(
      names = "--mlmodel",
      paramLabel = "DIR",
      description = "Write a directory as MLflow logs models, with the ONNX graph in it.")
  private Optional<Path> mlmodel = Optional.empty();

  @Option(names = "--zip", paramLabel = "FILE", description = "Write the whole bundle as it is.")
  private Optional<Path> zip = Optional.empty();

  BundleExport(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  record Result(String useCase, int version, String bundle, List<Written> files) {}

  record Written(String format, String file, long bytes) {}

  @Override
  public Integer call() throws IOException {
    if (onnx.isEmpty() && zip.isEmpty() && mlmodel.isEmpty()) {
      throw new BadInput(
          "options", "no file to write", "--onnx FILE, --mlmodel DIR, --zip FILE, or several");
    }
    Home home = common.home();
    ModelVersion version;
    try (Registry registry = Versions.open(common, home, clock)) {
      version = Versions.find(registry, name, home);
    }
    BundleStore bundles = new BundleStore(home.bundles());
    List<Written> files = new ArrayList<>();
    if (onnx.isPresent() || mlmodel.isPresent()) {
      Bundle bundle = Bundle.load(bundles.open(version.bundleHash()));
      byte[] bytes =
          format("onnx")
              .bytes(
                  bundle,
                  Map.of(
                      "version",
                      Integer.toString(version.version()),
                      "bundle",
                      version.bundleHash()));
      if (onnx.isPresent()) {
        files.add(write("onnx", onnx.get(), bytes));
      }
      if (mlmodel.isPresent()) {
        Map<String, byte[]> parts = new MlmodelDirectory(bundle).files(version, bytes);
        MlmodelDirectory.write(mlmodel.get(), parts);
        long size = parts.values().stream().mapToLong(part -> part.length).sum();
        files.add(new Written("mlmodel", mlmodel.get().toString(), size));
      }
    }
    if (zip.isPresent()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      bundles.exportZip(version.bundleHash(), out);
      files.add(write("zip", zip.get(), out.toByteArray()));
    }
    if (common.json()) {
      terminal.json(new Result(version.useCase(), version.version(), version.bundleHash(), files));
    } else {
      for (Written file : files) {
        terminal
            .out()
            .printf(
                "%s version %d as %s: %s (%,d bytes)%n",
                version.useCase(), version.version(), file.format(), file.file(), file.bytes());
      }
    }
    return ExitCode.DONE;
  }

  private static Written write(String format, Path file, byte[] bytes) throws IOException {
    AtomicFiles.write(file.toAbsolutePath(), bytes);
    return new Written(format, file.toString(), bytes.length);
  }

  private static BundleFormat format(String name) {
    Map<String, BundleFormat> formats = new TreeMap<>();
    ServiceLoader.load(BundleFormat.class).forEach(f -> formats.put(f.name(), f));
    BundleFormat format = formats.get(name);
    if (format == null) {
      throw new BadInput("--" + name, "no engine writes it", "the module gnomon-engine-" + name);
    }
    return format;
  }
}
