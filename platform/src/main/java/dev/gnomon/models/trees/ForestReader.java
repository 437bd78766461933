package dev.gnomon.models.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;

/// Reads our own trees; found with `ServiceLoader`, once per kind of model.
public abstract sealed class ForestReader implements ModelReader {
  private final String kind;

  private ForestReader(String kind) {
    this.kind = kind;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public Model read(Path directory) {
    return ForestFile.read(kind, directory);
  }

  /// A single tree.
  public static final class DecisionTree extends ForestReader {
    public static final String KIND = "decision-tree";

    public DecisionTree() {
      super(KIND);
    }
  }

  /// Trees on bootstrap samples.
  public static final class RandomForest extends ForestReader {
    public static final String KIND = "random-forest";

    public RandomForest() {
      super(KIND);
    }
  }

  /// Trees with random thresholds.
  public static final class ExtraTrees extends ForestReader {
    public static final String KIND = "extra-trees";

    public ExtraTrees() {
      super(KIND);
    }
  }

  /// Trees on reweighted rows.
  public static final class AdaBoost extends ForestReader {
    public static final String KIND = "adaboost";

    public AdaBoost() {
      super(KIND);
    }
  }
}
