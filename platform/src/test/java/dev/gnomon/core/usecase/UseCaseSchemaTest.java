package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The published documents are the generated ones. After a change of the keys, run this test with
/// `-Dgnomon.write-docs=true` once and commit what it wrote.
class UseCaseSchemaTest {
  private static final Path DOCS = Path.of("..", "docs", "reference");

  @Test
  void thePublishedSchemaIsTheGeneratedOne() throws IOException {
    published("usecase.schema.json", UseCaseSchema.json());
  }

  @Test
  void thePublishedPageIsTheGeneratedOne() throws IOException {
    published("usecase.md", UseCaseSchema.page());
  }

  private static void published(String name, String generated) throws IOException {
    Path file = DOCS.resolve(name);
    if (Boolean.getBoolean("gnomon.write-docs")) {
      Files.createDirectories(DOCS);
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file))
        .as("%s is generated: run this test with -Dgnomon.write-docs=true", file)
        .isEqualTo(generated);
  }

  @Test
  void theSchemaKnowsWhatIsRequiredAndWhatComesLater() {
    JsonNode schema = JsonMapper.builder().build().readTree(UseCaseSchema.json());
    assertThat(texts(schema.path("required"))).containsExactly("name", "frame", "data");
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    JsonNode frame = schema.path("properties").path("frame").path("properties");
    assertThat(texts(frame.path("task").path("enum"))).containsExactly("binary", "regression");
    assertThat(frame.path("item").path("description").asString()).startsWith("Not supported yet.");
    assertThat(frame.path("item").has("not")).isTrue();
    JsonNode features = schema.path("properties").path("features");
    String sources = features.path("patternProperties").propertyNames().iterator().next();
    assertThat("logins").matches(sources);
    assertThat("derived").doesNotMatch(sources);
  }

  @Test
  void thePageNamesEveryOperatorAndGate() {
    assertThat(UseCaseSchema.page())
        .contains("`features.<source>[]`", "`time-since-last`", "`evaluation.gates[]`")
        .contains("Known, but not supported yet: `item`");
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }
}
