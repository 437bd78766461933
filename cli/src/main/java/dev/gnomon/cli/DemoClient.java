package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.schema.Times;
import dev.gnomon.solutions.churn.ChurnReplay;
import dev.gnomon.solutions.churn.ChurnWorld.DecisionPoint;
import dev.gnomon.solutions.churn.ChurnWorld.LaterEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Talks to a server as any other program would: JSON over HTTP.
final class DemoClient implements ChurnReplay.Server, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String JSON_TYPE = "application/json";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final String useCase;

  /// @param address ends with a slash
  DemoClient(String address, String useCase) {
    this.base = address + "v1/";
    this.useCase = base + "usecases/" + useCase;
  }

  @Override
  public void events(String source, List<LaterEvent> rows) {
    StringBuilder lines = new StringBuilder(rows.size() * 160);
    for (LaterEvent row : rows) {
      lines.append(JSON.writeValueAsString(row.fields())).append('\n');
    }
    post(base + "sources/" + source + "/events", "application/x-ndjson", lines.toString());
  }

  @Override
  public List<ChurnReplay.Answer> decide(List<DecisionPoint> points) {
    ObjectNode request = CanonicalJson.object();
    ArrayNode items = request.putArray("items");
    for (DecisionPoint point : points) {
      items.addObject().put("key", point.key()).put("at", Times.instant(point.at()).toString());
    }
    List<ChurnReplay.Answer> answers = new ArrayList<>();
    JsonNode answered = post(useCase + "/decide:batch", JSON_TYPE, request.toString());
    for (JsonNode item : answered.path("items")) {
      if (item.has("error")) {
        throw new IllegalStateException("the server refused a decision: " + item);
      }
      answers.add(
          new ChurnReplay.Answer(
              item.path("predictionId").stringValue(),
              item.path("score").doubleValue(),
              item.path("decision").stringValue().equals("yes"),
              item.path("variant").stringValue().equals("hold-out")));
    }
    return answers;
  }

  @Override
  public void outcomes(List<ChurnReplay.Told> outcomes) {
    ArrayNode rows = CanonicalJson.object().putArray("rows");
    for (ChurnReplay.Told one : outcomes) {
      rows.addObject()
          .put("predictionId", one.predictionId())
          .put("outcome", one.cancelled())
          .put("at", Times.instant(one.at()).toString());
    }
    post(useCase + "/outcomes", JSON_TYPE, rows.toString());
  }

  private JsonNode post(String address, String type, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s answered %d: %s"
                .formatted(
                    address,
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8)));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + address, e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
