package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Models are loaded, unloaded and listed.
abstract class RestRepository extends RestChapter {
  RestRepository(OpenInferenceRestContract server) {
    super(server);
  }

  @Test
  void unloadingHidesAModelAndLoadingBringsItBack() {
    String model = "/v2/models/identity-int8";
    String body =
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"INT8\",\"data\":[1]}]}";
    String control = "/v2/repository/models/identity-int8/";
    assertThat(
            http.post(control + "unload", "{\"parameters\":{\"unload_dependents\":false}}")
                .status())
        .isEqualTo(200);
    try {
      refused(http.get(model), 404, "identity-int8");
      refused(http.get(model + "/versions/2"), 404);
      refused(http.get(model + "/ready"), 404);
      refused(http.post(model + "/infer", body), 404);
      refused(http.post(control + "unload", ""), 404);
      assertThat(line("identity-int8", "{}").path("state").stringValue()).isEqualTo("UNAVAILABLE");
      assertThat(line("identity-int8", "{}").path("reason").stringValue()).isNotBlank();
      assertThat(line("identity-int8", "{\"ready\":true}").isMissingNode()).isTrue();
    } finally {
      assertThat(http.post(control + "load", "").status()).isEqualTo(200);
    }
    assertThat(http.post(control + "load", "{}").status()).isEqualTo(200);
    assertThat(http.post(model + "/infer", body).status()).isEqualTo(200);
    assertThat(line("identity-int8", "").path("state").stringValue()).isEqualTo("READY");
    refused(http.post("/v2/repository/models/nobody/load", ""), 404, "nobody");
    refused(http.post("/v2/repository/models/nobody/unload", ""), 404, "nobody");
  }

  private JsonNode line(String model, String ask) {
    InferenceHttp.Reply reply = http.post("/v2/repository/index", ask);
    assertThat(reply.status()).isEqualTo(200);
    JsonNode json = reply.json();
    assertThat(json.isArray()).isTrue();
    for (JsonNode line : json) {
      if (line.path("name").stringValue().equals(model)) {
        return line;
      }
    }
    return tools.jackson.databind.node.MissingNode.getInstance();
  }

  @Test
  void theIndexKnowsUnreadyModels() {
    assertThat(line("unready", "").path("state").stringValue()).isEqualTo("UNAVAILABLE");
    assertThat(line("unready", "{\"ready\":true}").isMissingNode()).isTrue();
    assertThat(line("several", "{\"ready\":true}").path("version").isString()).isTrue();
    refused(http.post("/v2/repository/index", "[]"), 400);
    refused(http.post("/v2/repository/index", "{\"ready\":1}"), 400);
    refused(http.post("/v2/repository/index", "{"), 400);
  }

  @Test
  void aModelUnloadedMeanwhileStillAnswersWhatIsInFlight() throws Exception {
    CompletableFuture<InferenceHttp.Reply> waiting =
        http.postLater("/v2/models/waiting/infer", one());
    assertThat(http.post("/v2/models/arrival/infer", one()).status()).isEqualTo(200);
    assertThat(http.post("/v2/repository/models/waiting/unload", "").status()).isEqualTo(200);
    try {
      refused(http.get("/v2/models/waiting"), 404);
      assertThat(waiting).isNotDone();
      assertThat(http.post("/v2/models/releasing/infer", one()).status()).isEqualTo(200);
      InferenceHttp.Reply reply = waiting.get(10, TimeUnit.SECONDS);
      assertThat(output(reply).path("data").toString()).isEqualTo("[1.0]");
    } finally {
      assertThat(http.post("/v2/repository/models/waiting/load", "").status()).isEqualTo(200);
    }
  }
}
