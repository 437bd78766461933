package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks to a server as Feast's Python client does: bodies as `json.dumps` writes them, headers as
/// `requests` sends them.
final class FeastClient {
  static final String READ = "/get-online-features";

  private FeastClient() {}

  /// As the remote online store reads: `data=json.dumps(…)`, without a media type.
  static RawHttp.Reply data(LiveServer server, String path, String body) throws IOException {
    return RawHttp.exchange(server.port(), RawHttp.pythonData(server.port(), path, body));
  }

  /// As the remote online store writes: `json=…`.
  static RawHttp.Reply json(LiveServer server, String path, String body) throws IOException {
    return RawHttp.exchange(server.port(), RawHttp.pythonJson(server.port(), path, body));
  }

  static JsonNode tree(String body) {
    return JsonMapper.shared().readTree(body);
  }

  /// The inner JSON of an error.
  static JsonNode error(RawHttp.Reply reply) {
    JsonNode outer = tree(reply.body());
    assertThat(outer.isString()).as(reply.body()).isTrue();
    JsonNode inner = tree(outer.stringValue());
    assertThat(inner.get("module").stringValue()).isEqualTo("feast.errors");
    return inner;
  }

  static void refused(RawHttp.Reply reply, int status, String type, String... words) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.head()).contains("Content-Type: application/json\r\n");
    assertThat(error(reply).get("class").stringValue()).isEqualTo(type);
    assertThat(error(reply).get("message").stringValue()).contains(words);
  }

  /// The values of a column of an answer.
  static String column(String body, int column) {
    return tree(body).get("results").get(column).get("values").toString();
  }

  static String statuses(String body, int column) {
    return tree(body).get("results").get(column).get("statuses").toString();
  }
}
