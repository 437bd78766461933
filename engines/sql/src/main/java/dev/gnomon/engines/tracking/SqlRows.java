package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.spi.DatasetRows;
import dev.gnomon.tracking.spi.LoggedModelRows;
import dev.gnomon.tracking.spi.ModelRows;
import dev.gnomon.tracking.spi.RunRows;
import dev.gnomon.tracking.spi.StudyRows;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.VersionRows;

/// The rows as seen by one session.
record SqlRows(Session session) implements TrackingRows {
  @Override
  public StudyRows studies() {
    return new SqlStudies(session);
  }

  @Override
  public RunRows runs() {
    return new SqlRuns(session);
  }

  @Override
  public DatasetRows datasets() {
    return new SqlDatasets(session);
  }

  @Override
  public ModelRows models() {
    return new SqlModels(session);
  }

  @Override
  public VersionRows versions() {
    return new SqlVersions(session);
  }

  @Override
  public LoggedModelRows loggedModels() {
    return new SqlLoggedModels(session);
  }
}
