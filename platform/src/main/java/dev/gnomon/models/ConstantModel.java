package dev.gnomon.models;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// The same log-odds or number for every row: what any other model has to beat.
public record ConstantModel(Output output, int inputs, double margin) implements Model {
  public static final String KIND = "constant";
  private static final String FILE = "model.json";

  public ConstantModel {
    if (!Double.isFinite(margin)) {
      throw new IllegalArgumentException("margin " + margin + " is not finite");
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public double margin(float[] row, int offset) {
    return margin;
  }

  @Override
  public void contributions(float[] row, int offset, double[] out) {
    Arrays.fill(out, 0, inputs, 0);
    out[inputs] = margin;
  }

  @Override
  public void write(Path directory) {
    ObjectNode json =
        CanonicalJson.object().put("kind", KIND).put("inputs", inputs).put("margin", margin);
    // Log-odds go without saying: models written before there were others have no such member.
    if (output != Output.LOG_ODDS) {
      json.put("output", output.name().toLowerCase(Locale.ROOT));
    }
    CanonicalJson.write(json, directory.resolve(FILE));
  }

  /// Found with `ServiceLoader`.
  public static final class Reader implements ModelReader {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Model read(Path directory) {
      Path file = directory.resolve(FILE);
      return ModelFiles.stated(
          file,
          "a constant model",
          json ->
              new ConstantModel(
                  Output.valueOf(json.path("output").asString("log_odds").toUpperCase(Locale.ROOT)),
                  json.required("inputs").intValue(),
                  json.required("margin").doubleValue()));
    }
  }
}
