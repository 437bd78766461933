package dev.gnomon.lineage;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.features.FeaturePlan;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One run of a job as it is told: begun, then completed or failed, once.
public final class LineageRun {
  private static final int LONGEST = 4_000;

  private final LineageLog log;
  private final Job job;
  private final UUID id;
  private final @Nullable LineageRun parent;
  private List<FeaturePlan.View> views = List.of();
  private boolean ended;

  record Job(String namespace, String name) {}

  LineageRun(LineageLog log, Job job, UUID id, @Nullable LineageRun parent) {
    this.log = log;
    this.job = job;
    this.id = id;
    this.parent = parent;
  }

  /// The feature views that the run computes, for its last event.
  public LineageRun views(List<FeaturePlan.View> computed) {
    this.views = List.copyOf(computed);
    return this;
  }

  public LineageRun start(List<Dataset> inputs) {
    tell("START", inputs, List.of(), CanonicalJson.object());
    return this;
  }

  /// Somebody ended it before it was done.
  public void abort(List<Dataset> inputs) {
    end("ABORT", inputs, List.of(), CanonicalJson.object());
  }

  public void complete(List<Dataset> inputs, List<Dataset> outputs) {
    end("COMPLETE", inputs, outputs, CanonicalJson.object());
  }

  /// @param why one message for people
  public void fail(String why) {
    fail(why, List.of());
  }

  /// @param why one message for people
  public void fail(String why, List<Dataset> inputs) {
    ObjectNode facets = CanonicalJson.object();
    facets.set(
        "errorMessage",
        Facets.facet("1-0-1", "ErrorMessageRunFacet")
            .put("message", why.length() > LONGEST ? why.substring(0, LONGEST) + "…" : why)
            .put("programmingLanguage", "JAVA"));
    end("FAIL", inputs, List.of(), facets);
  }

  private void end(String type, List<Dataset> inputs, List<Dataset> outputs, ObjectNode facets) {
    if (ended) {
      return;
    }
    ended = true;
    tell(type, inputs, outputs, facets);
  }

  void tell(String type, List<Dataset> inputs, List<Dataset> outputs, ObjectNode facets) {
    ObjectNode event =
        CanonicalJson.object()
            .put("eventType", type)
            .put("eventTime", log.clock().instant().toString())
            .put("producer", Facets.PRODUCER)
            .put("schemaURL", Facets.EVENT);
    if (parent != null) {
      ObjectNode facet = Facets.facet("1-0-1", "ParentRunFacet");
      facet.putObject("run").put("runId", parent.id.toString());
      facet
          .putObject("job")
          .put("namespace", parent.job.namespace())
          .put("name", parent.job.name());
      facets.set("parent", facet);
    }
    facets.set(
        "processing_engine",
        Facets.facet("1-1-1", "ProcessingEngineRunFacet")
            .put("version", Facets.PRODUCER.substring(Facets.PRODUCER.lastIndexOf(':') + 1))
            .put("name", "gnomon"));
    if (!views.isEmpty()) {
      facets.set("gnomon_featureViews", views());
    }
    ObjectNode run = event.putObject("run").put("runId", id.toString());
    run.set("facets", facets);
    ObjectNode jobFacets = CanonicalJson.object();
    jobFacets.set(
        "jobType",
        Facets.facet("2-0-3", "JobTypeJobFacet")
            .put("processingType", "BATCH")
            .put("integration", "GNOMON")
            .put("jobType", "COMMAND"));
    event
        .putObject("job")
        .put("namespace", job.namespace())
        .put("name", job.name())
        .set("facets", jobFacets);
    ArrayNode in = event.putArray("inputs");
    inputs.forEach(input -> in.add(input.toJson(true)));
    ArrayNode out = event.putArray("outputs");
    outputs.forEach(output -> out.add(output.toJson(false)));
    log.tell(event);
  }

  private ObjectNode views() {
    ObjectNode facet = Facets.own("featureViews");
    ArrayNode list = facet.putArray("views");
    for (FeaturePlan.View view : views) {
      ObjectNode one =
          list.addObject()
              .put("name", view.name())
              .put("source", view.source())
              .put("version", view.hash());
      view.owner().ifPresent(owner -> one.put("owner", owner));
    }
    return facet;
  }
}
