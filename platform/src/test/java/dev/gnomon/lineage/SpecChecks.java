package dev.gnomon.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// What version 2-0-2 of OpenLineage and its facets require, as facts of their JSON schemas: names
/// and types of required fields, and formats.
final class SpecChecks {
  private static final Set<String> TYPES =
      Set.of("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER");
  private static final Map<String, String> FACETS =
      Map.ofEntries(
          Map.entry("parent", "ParentRunFacet"),
          Map.entry("errorMessage", "ErrorMessageRunFacet"),
          Map.entry("processing_engine", "ProcessingEngineRunFacet"),
          Map.entry("jobType", "JobTypeJobFacet"),
          Map.entry("schema", "SchemaDatasetFacet"),
          Map.entry("version", "DatasetVersionDatasetFacet"),
          Map.entry("columnLineage", "ColumnLineageDatasetFacet"),
          Map.entry("dataQualityMetrics", "DataQualityMetricsInputDatasetFacet"),
          Map.entry("dataQualityAssertions", "DataQualityAssertionsDatasetFacet"),
          Map.entry("outputStatistics", "OutputStatisticsOutputDatasetFacet"));

  private SpecChecks() {}

  static void runEvent(JsonNode event) {
    assertThat(TYPES).contains(text(event, "eventType"));
    OffsetDateTime.parse(text(event, "eventTime"));
    assertThat(URI.create(text(event, "producer")).isAbsolute()).isTrue();
    assertThat(text(event, "schemaURL"))
        .isEqualTo("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent");
    UUID.fromString(text(event.path("run"), "runId"));
    facets(event.path("run").path("facets"));
    text(event.path("job"), "namespace");
    text(event.path("job"), "name");
    facets(event.path("job").path("facets"));
    assertThat(event.path("inputs").isArray() && event.path("outputs").isArray()).isTrue();
    event.path("inputs").forEach(dataset -> dataset(dataset, "inputFacets"));
    event.path("outputs").forEach(dataset -> dataset(dataset, "outputFacets"));
  }

  private static void dataset(JsonNode dataset, String own) {
    text(dataset, "namespace");
    text(dataset, "name");
    facets(dataset.path("facets"));
    facets(dataset.path(own));
  }

  private static void facets(JsonNode facets) {
    facets.forEachEntry((name, facet) -> {
      assertThat(URI.create(text(facet, "_producer")).isAbsolute()).isTrue();
      String schema = text(facet, "_schemaURL");
      if (name.startsWith("gnomon_")) {
        assertThat(URI.create(schema).isAbsolute()).isTrue();
      } else {
        assertThat(FACETS).containsKey(name);
        assertThat(schema)
            .matches(
                "https://openlineage\\.io/spec/facets/[0-9]+-[0-9]+-[0-9]+/%1$s\\.json#/\\$defs/%1$s"
                    .formatted(FACETS.get(name)));
      }
      required(name, facet);
    });
  }

  private static void required(String name, JsonNode facet) {
    switch (name) {
      case "parent" -> {
        UUID.fromString(text(facet.path("run"), "runId"));
        text(facet.path("job"), "namespace");
        text(facet.path("job"), "name");
      }
      case "errorMessage" -> {
        text(facet, "message");
        text(facet, "programmingLanguage");
      }
      case "processing_engine" -> text(facet, "version");
      case "jobType" -> {
        text(facet, "processingType");
        text(facet, "integration");
      }
      case "schema" -> facet.path("fields").forEach(field -> text(field, "name"));
      case "version" -> text(facet, "datasetVersion");
      case "columnLineage" -> {
        assertThat(facet.path("fields").isObject()).isTrue();
        facet
            .path("fields")
            .forEach(column -> {
              assertThat(column.path("inputFields").isArray()).isTrue();
              for (JsonNode input : column.path("inputFields")) {
                text(input, "namespace");
                text(input, "name");
                text(input, "field");
                input.path("transformations").forEach(one -> text(one, "type"));
              }
            });
      }
      case "dataQualityMetrics" -> {
        assertThat(facet.path("columnMetrics").isObject()).isTrue();
        assertThat(facet.path("rowCount").isIntegralNumber()).isTrue();
      }
      case "dataQualityAssertions" -> {
        assertThat(facet.path("assertions").isArray()).isTrue();
        for (JsonNode assertion : facet.path("assertions")) {
          text(assertion, "assertion");
          assertThat(assertion.path("success").isBoolean()).isTrue();
        }
      }
      case "outputStatistics" -> assertThat(facet.path("rowCount").isIntegralNumber()).isTrue();
      default -> assertThat(name).startsWith("gnomon_");
    }
  }

  private static String text(JsonNode node, String name) {
    assertThat(node.path(name).isString()).as("%s of %s", name, node).isTrue();
    return node.path(name).stringValue();
  }
}
