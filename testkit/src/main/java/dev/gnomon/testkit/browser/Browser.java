package dev.gnomon.testkit.browser;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A browser without a window, steered over the DevTools protocol.
public final class Browser implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/bin/chromium-headless-shell"),
          Path.of("/usr/bin/chromium"),
          Path.of("/usr/bin/google-chrome"));

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final String session;
  private final List<String> events = new ArrayList<>();
  private int last;

  private Browser(Process process, URI address) {
    this.process = process;
    this.socket = client.newWebSocketBuilder().buildAsync(address, new Collector()).join();
    String target =
        call(null, "Target.createTarget", MAPPER.createObjectNode().put("url", "about:blank"))
            .path("targetId")
            .stringValue();
    this.session =
        call(
                null,
                "Target.attachToTarget",
                MAPPER.createObjectNode().put("targetId", target).put("flatten", true))
            .path("sessionId")
            .stringValue();
    var _ = call("Page.enable", MAPPER.createObjectNode());
  }

  public static Optional<Path> installed() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  public static Browser start(Path program, Path profile) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectErrorStream(true)
            .start();
    var lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith("DevTools listening on ")) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new IOException(program + " ended with " + process.waitFor());
    }
    Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
    return new Browser(process, URI.create(line.substring(line.indexOf("ws://"))));
  }

  /// Shows a page, which is waited for, at a width of so many pixels.
  public void open(String url, int width, boolean dark) {
    var _ =
        call(
            "Emulation.setDeviceMetricsOverride",
            MAPPER
                .createObjectNode()
                .put("width", width)
                .put("height", 900)
                .put("deviceScaleFactor", 1)
                .put("mobile", width < 600));
    ObjectNode media = MAPPER.createObjectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    var _ = call("Emulation.setEmulatedMedia", media);
    var _ = call("Page.navigate", MAPPER.createObjectNode().put("url", url));
    await("Page.loadEventFired");
  }

  public JsonNode evaluate(String script) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            MAPPER.createObjectNode().put("expression", script).put("returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.path("result").path("value");
  }

  /// Does something that leads to another page, and waits until it is there.
  public void follow(String script) {
    events.clear();
    var _ = evaluate(script);
    await("Page.loadEventFired");
  }

  /// The whole page as PNG.
  public byte[] screenshot() {
    return Base64.getDecoder()
        .decode(
            call(
                    "Page.captureScreenshot",
                    MAPPER.createObjectNode().put("captureBeyondViewport", true))
                .path("data")
                .stringValue());
  }

  private JsonNode call(String method, ObjectNode parameters) {
    return call(session, method, parameters);
  }

  private JsonNode call(@Nullable String to, String method, ObjectNode parameters) {
    int id = ++last;
    ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    if (to != null) {
      message.put("sessionId", to);
    }
    var _ = socket.sendText(message.toString(), true).join();
    while (true) {
      JsonNode answer = next(method);
      if (answer.path("id").asInt(-1) == id) {
        if (answer.has("error")) {
          throw new IllegalStateException(method + ": " + answer.path("error"));
        }
        return answer.path("result");
      }
      events.add(answer.path("method").asString(""));
    }
  }

  private void await(String event) {
    while (!events.remove(event)) {
      events.add(next(event).path("method").asString(""));
    }
    events.clear();
  }

  private JsonNode next(String waitingFor) {
    try {
      JsonNode message = messages.poll(60, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException("the browser does not answer " + waitingFor);
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Ends the program and whatever it started.
  @Override
  public void close() {
    socket.abort();
    client.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  private final class Collector implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean end) {
      text.append(data);
      if (end) {
        messages.add(MAPPER.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
