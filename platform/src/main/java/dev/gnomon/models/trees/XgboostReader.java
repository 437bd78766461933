package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.ModelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads XGBoost models without XGBoost, `model.json` or `model.ubj`; found with `ServiceLoader`.
public final class XgboostReader implements ModelReader {
  private static final String JSON = "model.json";
  private static final String UBJSON = "model.ubj";

  static String file(ImportedTrees.Format format) {
    return format == ImportedTrees.Format.XGBOOST_UBJSON ? UBJSON : JSON;
  }

  @Override
  public String kind() {
    return TreeEnsemble.KIND;
  }

  @Override
  public Model read(Path directory) {
    Path binary = directory.resolve(UBJSON);
    Path file = Files.exists(binary) ? binary : directory.resolve(JSON);
    try {
      return TreeEnsemble.imported(Files.readAllBytes(file), file.toString()).model();
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "an XGBoost model in JSON or UBJSON");
    }
  }
}
