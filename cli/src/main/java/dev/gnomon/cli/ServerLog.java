package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.server.telemetry.FailedRequest;
import dev.gnomon.server.telemetry.SlowDecision;
import dev.gnomon.server.telemetry.Tracing;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// What a running server tells its operator: lines of text, or one JSON object a line.
final class ServerLog {
  private static final double NANOS_PER_MILLI = 1e6;

  /// How lines are written.
  enum Form {
    TEXT,
    JSON
  }

  private final PrintStream out;
  private final Form form;
  private final InstantSource clock;

  ServerLog(PrintStream out, Form form, InstantSource clock) {
    this.out = out;
    this.form = form;
    this.clock = clock;
  }

  /// Something worth knowing.
  void note(String text) {
    if (form == Form.TEXT) {
      line(text);
      return;
    }
    ObjectNode node = event("info", "note").put("message", text);
    request(node, "", Tracing.current().id());
    line(node);
  }

  /// A failure that is a bug: the whole stack goes to the log, nothing of it to the client.
  void failed(Throwable failure) {
    StringWriter stack = new StringWriter();
    failure.printStackTrace(new PrintWriter(stack));
    if (form == Form.TEXT) {
      line(stack.toString());
      return;
    }
    ObjectNode node =
        event("error", "failure")
            .put("message", String.valueOf(failure.getMessage()))
            .put("type", failure.getClass().getName());
    Optional<FailedRequest> request = FailedRequest.of(failure);
    request(
        node,
        request.map(FailedRequest::useCase).orElse(""),
        request.map(FailedRequest::traceId).orElseGet(() -> Tracing.current().id()));
    line(node.put("stack", stack.toString()));
  }

  /// A decision that took longer than its use case allows.
  void slow(SlowDecision slow) {
    if (form == Form.TEXT) {
      line(
          String.format(
              Locale.ROOT,
              "%s took %.1f ms; %s allows %d ms%s%s",
              slow.predictionId(),
              slow.took().toNanos() / NANOS_PER_MILLI,
              slow.useCase(),
              slow.allowed().toMillis(),
              slow.untold() == 0
                  ? ""
                  : " (and %d others since the last line)".formatted(slow.untold()),
              slow.traceId().isEmpty() ? "" : ", trace " + slow.traceId()));
      return;
    }
    ObjectNode node =
        event("warn", "slow-decision")
            .put("predictionId", slow.predictionId())
            .put("millis", slow.took().toNanos() / NANOS_PER_MILLI)
            .put("allowedMillis", slow.allowed().toMillis())
            .put("untold", slow.untold());
    request(node, slow.useCase(), slow.traceId());
    line(node);
  }

  /// Lets what libraries log appear in the same form: for a process that does nothing but serve.
  void takeLibraries() {
    if (form == Form.TEXT) {
      return;
    }
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new Libraries());
  }

  private static void request(ObjectNode node, String useCase, String traceId) {
    if (!useCase.isEmpty()) {
      node.put("usecase", useCase);
    }
    if (!traceId.isEmpty()) {
      node.put("traceId", traceId);
    }
  }

  private ObjectNode event(String level, String event) {
    return CanonicalJson.object()
        .put("time", clock.instant().toString())
        .put("level", level)
        .put("event", event);
  }

  private void line(ObjectNode node) {
    line(node.toString());
  }

  private void line(String text) {
    out.println(text);
    out.flush();
  }

  private final class Libraries extends Handler {
    private final Formatter texts =
        new Formatter() {
          @Override
          public String format(LogRecord record) {
            return formatMessage(record);
          }
        };

    @Override
    public void publish(LogRecord record) {
      int level = record.getLevel().intValue();
      if (level < Level.INFO.intValue()) {
        return;
      }
      ObjectNode node =
          event(
                  level >= Level.SEVERE.intValue()
                      ? "error"
                      : level >= Level.WARNING.intValue() ? "warn" : "info",
                  "library")
              .put("message", texts.format(record))
              .put("logger", String.valueOf(record.getLoggerName()));
      if (record.getThrown() != null) {
        StringWriter stack = new StringWriter();
        record.getThrown().printStackTrace(new PrintWriter(stack));
        node.put("stack", stack.toString());
      }
      line(node);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
