package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.spi.RunRows.Stored;
import java.util.List;

/// What runs read and made. A data set is one of its study by name and digest; the first
/// description stays.
public interface DatasetRows {
  /// Adds inputs that are not there; tags of those that are there are replaced.
  void addInputs(Stored run, List<Dataset.Input> inputs);

  /// Adds logged models as inputs; those that are there are left.
  void addModels(Stored run, List<String> models);

  /// Adds outputs; the step of those that are there is left.
  void addOutputs(Stored run, List<Run.Output> outputs);

  /// At most so many, by study, name, digest, context.
  List<Dataset.Summary> summaries(List<Long> studies, int most);
}
