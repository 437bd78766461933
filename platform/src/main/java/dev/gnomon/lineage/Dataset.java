package dev.gnomon.lineage;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.data.CheckResult;
import dev.gnomon.data.SourceReport;
import dev.gnomon.schema.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Data that a run reads or makes, under the name that every producer of OpenLineage gives it, with
/// what is said about it.
///
/// Names follow the naming page of the standard: a file is in the namespace `file` under its
/// absolute path, a topic in `kafka://host:port` under its own name. What only this platform has, a
/// training set in memory or a model version, is in the namespace of its jobs.
///
/// @param facets by name, as they stand in an event
/// @param reading what is said of reading it in this run
/// @param writing what is said of writing it in this run
public record Dataset(
    String namespace, String name, ObjectNode facets, ObjectNode reading, ObjectNode writing) {

  private static Dataset named(String namespace, String name) {
    return new Dataset(
        namespace, name, CanonicalJson.object(), CanonicalJson.object(), CanonicalJson.object());
  }

  /// @param file may hold `*`: then it stands for all files that match
  static Dataset file(Path file) {
    return named("file", file.toAbsolutePath().normalize().toString());
  }

  /// @param servers where the topic is when the source does not say
  static Dataset topic(StreamSpec stream, String servers) {
    String where = stream.servers().orElse(servers);
    int comma = where.indexOf(',');
    return named(
        stream.engine() + "://" + (comma < 0 ? where : where.substring(0, comma)), stream.topic());
  }

  /// What has no place outside of the platform.
  static Dataset own(String namespace, String name) {
    return named(namespace, name);
  }

  Dataset schema(List<Field> fields) {
    ObjectNode facet = Facets.facet("1-1-1", "SchemaDatasetFacet");
    ArrayNode list = facet.putArray("fields");
    fields.forEach(f -> list.addObject().put("name", f.name()).put("type", f.type().word()));
    facets.set("schema", facet);
    return this;
  }

  Dataset version(String version) {
    facets.set(
        "version",
        Facets.facet("1-0-1", "DatasetVersionDatasetFacet").put("datasetVersion", version));
    return this;
  }

  Dataset rows(long rows) {
    writing.set(
        "outputStatistics",
        Facets.facet("1-0-2", "OutputStatisticsOutputDatasetFacet").put("rowCount", rows));
    return this;
  }

  /// @param fields by output column
  Dataset columnLineage(Map<String, List<InputField>> fields) {
    ObjectNode facet = Facets.facet("1-2-0", "ColumnLineageDatasetFacet");
    ObjectNode all = facet.putObject("fields");
    fields.forEach((column, inputs) -> {
      ArrayNode list = all.putObject(column).putArray("inputFields");
      for (InputField input : inputs) {
        ObjectNode one =
            list.addObject()
                .put("namespace", input.dataset().namespace())
                .put("name", input.dataset().name())
                .put("field", input.field());
        one.putArray("transformations")
            .addObject()
            .put("type", input.direct() ? "DIRECT" : "INDIRECT")
            .put("subtype", input.how())
            .put("description", "")
            .put("masking", false);
      }
    });
    facets.set("columnLineage", facet);
    return this;
  }

  /// One column that an output column is computed from.
  ///
  /// @param direct whether its values are in the output; else they choose what is
  /// @param how in the words of the standard: IDENTITY, TRANSFORMATION, AGGREGATION; GROUP_BY,
  ///   FILTER
  record InputField(Dataset dataset, String field, boolean direct, String how) {}

  /// What a pass over the source found.
  ///
  /// @param keyColumn whose different values were counted; empty for none
  Dataset quality(SourceReport report, String keyColumn) {
    ObjectNode metrics =
        Facets.facet("1-0-2", "DataQualityMetricsInputDatasetFacet").put("rowCount", report.rows());
    ObjectNode columns = metrics.putObject("columnMetrics");
    if (!keyColumn.isEmpty()) {
      columns
          .putObject(keyColumn)
          .put("nullCount", report.withoutKey())
          .put("distinctCount", report.keys());
    }
    reading.set("dataQualityMetrics", metrics);
    if (!report.checks().isEmpty()) {
      ObjectNode facet = Facets.facet("1-0-1", "DataQualityAssertionsDatasetFacet");
      ArrayNode assertions = facet.putArray("assertions");
      for (CheckResult check : report.checks()) {
        assertions.addObject().put("assertion", check.rule()).put("success", check.passed());
      }
      reading.set("dataQualityAssertions", facet);
    }
    return this;
  }

  ObjectNode toJson(boolean input) {
    ObjectNode json = CanonicalJson.object().put("namespace", namespace).put("name", name);
    json.set("facets", facets);
    json.set(input ? "inputFacets" : "outputFacets", input ? reading : writing);
    return json;
  }
}
