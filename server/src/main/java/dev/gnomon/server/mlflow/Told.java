package dev.gnomon.server.mlflow;

import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Tracking;

/// Hears what clients of MLflow do. It returns at once, and nothing it fails at is theirs.
interface Told {
  Told NOBODY =
      new Told() {
        @Override
        public void begun(Tracking tracking, Run run) {}

        @Override
        public void ended(Tracking tracking, RunInfo run) {}

        @Override
        public void registered(RegisteredVersion version) {}
      };

  void begun(Tracking tracking, Run run);

  void ended(Tracking tracking, RunInfo run);

  void registered(RegisteredVersion version);
}
