package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.ModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads XGBoost models without XGBoost; found with `ServiceLoader`.
public final class XgboostReader implements ModelReader {
  @Override
  public String kind() {
    return TreeEnsemble.KIND;
  }

  @Override
  public Model read(Path directory) {
    Path file = directory.resolve(TreeEnsemble.FILE);
    try {
      return TreeEnsemble.parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "an XGBoost model in JSON");
    }
  }
}
