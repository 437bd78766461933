package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The description of the interface, read by a parser that knows the rules of OpenAPI 3.1.
class OpenApiTest {
  @TempDir private Path folder;

  private static SwaggerParseResult parsed(String text) {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    return new OpenAPIV3Parser().readContents(text, null, options);
  }

  @Test
  void theDocumentIsOpenApi31() throws Exception {
    String text;
    try (LiveServer server =
        new LiveServer(SmallWorld.write(folder), ArrivalClock.wall(InstantSource.system()))) {
      text = server.get("/openapi.json").body();
    }
    SwaggerParseResult result = parsed(text);
    assertThat(result.getMessages()).isEmpty();
    OpenAPI api = result.getOpenAPI();
    assertThat(api.getOpenapi()).startsWith("3.1");
    assertThat(api.getPaths())
        .containsKeys("/v1/usecases/{name}/decide", "/v2/models/{name}/infer", "/v2");
    // What the parser leaves to its readers: names of operations differ, and each part of a path
    // that may change is described.
    Set<String> operations = new HashSet<>();
    api.getPaths()
        .forEach((path, item) -> {
          for (Operation operation : item.readOperations()) {
            assertThat(operations.add(operation.getOperationId()))
                .as(operation.getOperationId())
                .isTrue();
            assertThat(operation.getResponses()).as(path).isNotEmpty();
            assertThat(described(operation)).as(path).containsExactlyElementsOf(named(path));
          }
        });
    assertThat(operations.size()).isGreaterThan(40);
  }

  private static List<String> described(Operation operation) {
    List<Parameter> parameters =
        operation.getParameters() == null ? List.of() : operation.getParameters();
    return parameters.stream()
        .filter(parameter -> parameter.getIn().equals("path"))
        .map(Parameter::getName)
        .toList();
  }

  private static List<String> named(String path) {
    List<String> names = new ArrayList<>();
    Matcher matcher = Pattern.compile("\\{([^}]+)}").matcher(path);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /// The parser does refuse: otherwise the test above would say nothing.
  @Test
  void theParserFindsWhatIsWrong() {
    assertThat(
            parsed(
                    """
                    {"openapi": "3.1.0", "info": {"title": "x", "version": "1"},
                     "paths": {"/a": {"get": {"responses": {"200": {}}, "nonsense": 1}}}}\
                    """)
                .getMessages())
        .isNotEmpty();
  }
}
