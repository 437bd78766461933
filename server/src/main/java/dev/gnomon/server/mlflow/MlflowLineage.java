package dev.gnomon.server.mlflow;

import dev.gnomon.lineage.Dataset;
import dev.gnomon.lineage.Lineage;
import dev.gnomon.lineage.LineageLog;
import dev.gnomon.lineage.LineageRun;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Tracking;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What clients of MLflow do, as events of OpenLineage: a run is a run of the job that its study
/// is, and reads the data sets that were logged; a registration is a run of `<model>.register`,
/// made within the run that the version came from.
///
/// Told by a thread of its own, after the client has its answer.
record MlflowLineage(LineageLog log) implements Told {
  private static final String PARENT = "mlflow.parentRunId";

  /// Where the source of a data set has its address, by its kind.
  private static final List<String> ADDRESSES = List.of("uri", "url", "path");

  @Override
  public void begun(Tracking tracking, Run run) {
    log.beside(() -> of(tracking, run.info(), run.tags()).start(List.of()));
  }

  @Override
  public void ended(Tracking tracking, RunInfo run) {
    log.beside(() -> {
      Run whole = tracking.run(run.id());
      LineageRun told = of(tracking, run, whole.tags());
      List<Dataset> inputs = whole.datasets().stream().map(one -> dataset(one.dataset())).toList();
      switch (run.status()) {
        case FINISHED -> told.complete(inputs, List.of());
        case FAILED -> told.fail("The run '%s' ended as failed.".formatted(run.name()), inputs);
        case KILLED -> told.abort(inputs);
        case RUNNING, SCHEDULED -> {
          // It goes on.
        }
      }
    });
  }

  @Override
  public void registered(RegisteredVersion version) {
    log.beside(() -> {
      String run = version.runId();
      LineageRun parent = run == null ? null : log.run(id(run), version.model(), null);
      // A name and password may stand before an @.
      String source = version.source().contains("@") ? version.model() : version.source();
      List<Dataset> from = List.of(Lineage.elsewhere(source, source, "", log.settings()));
      log.run(
              id("version %s %d".formatted(version.model(), version.version())),
              version.model() + ".register",
              parent)
          .start(from)
          .complete(
              from, List.of(Lineage.model(version.model(), version.version(), log.settings())));
    });
  }

  private LineageRun of(Tracking tracking, RunInfo run, Map<String, String> tags) {
    String job = tracking.study(run.studyId()).name();
    String above = tags.get(PARENT);
    return log.run(id(run.id()), job, above == null ? null : log.run(id(above), job, null));
  }

  /// Ids of runs are UUIDs without their dashes, where nobody chose another one.
  private static UUID id(String run) {
    if (run.matches("[0-9a-f]{32}")) {
      BigInteger bits = new BigInteger(run, 16);
      return new UUID(bits.shiftRight(64).longValue(), bits.longValue());
    }
    return UUID.nameUUIDFromBytes(run.getBytes(StandardCharsets.UTF_8));
  }

  private Dataset dataset(dev.gnomon.tracking.Dataset logged) {
    return Lineage.elsewhere(
        logged.name(), address(logged.source()), logged.digest(), log.settings());
  }

  /// Sources are JSON objects whose members depend on their kind.
  private static String address(@Nullable String source) {
    if (source == null) {
      return "";
    }
    try {
      JsonNode json = JsonMapper.shared().readTree(source);
      for (String name : ADDRESSES) {
        String text = json.path(name).stringValue("");
        if (!text.isEmpty()) {
          return text;
        }
      }
      return "";
    } catch (JacksonException e) {
      return source;
    }
  }
}
