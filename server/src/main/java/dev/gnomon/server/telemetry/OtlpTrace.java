package dev.gnomon.server.telemetry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.serving.ChecksFailed;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.Stages;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/// One request as a span, with a span for each stage of its decisions.
///
/// Of a request for many decisions the stages of the first few are kept. Used by one thread.
final class OtlpTrace implements Trace {
  private static final int MOST = 16;

  private final Tracer tracer;
  private final Span span;
  private final Context inside;

  /// What added to `System::nanoTime` gives the nanoseconds of the epoch.
  private final long offset;

  private int decisions;
  private long logged;

  OtlpTrace(Tracer tracer, Span span, long offset) {
    this.tracer = tracer;
    this.span = span;
    this.inside = Context.root().with(span);
    this.offset = offset;
  }

  @Override
  public String id() {
    return span.getSpanContext().getTraceId();
  }

  @Override
  public boolean recorded() {
    return true;
  }

  @Override
  public void decided(Decided decided, Stages stages) {
    logged = stages.loggedAt();
    if (++decisions > MOST) {
      return;
    }
    if (decisions == 1) {
      DecisionRecord record = decided.record();
      span.setAttribute("gnomon.usecase", decided.id().useCase());
      span.setAttribute("gnomon.prediction_id", decided.id().text());
      span.setAttribute("gnomon.variant", record.variant().word());
      span.setAttribute("gnomon.cause", record.cause().word());
      span.setAttribute("gnomon.degraded", record.cause().degraded());
      span.setAttribute("gnomon.version", record.version());
    }
    String id = decided.id().text();
    stage("features", stages.begun(), stages.readAt(), id);
    stage("score", stages.readAt(), stages.scoredAt(), id);
    stage("log", stages.scoredAt(), stages.loggedAt(), id);
  }

  private void stage(String name, long from, long to, String id) {
    tracer
        .spanBuilder(name)
        .setParent(inside)
        .setStartTimestamp(from + offset, TimeUnit.NANOSECONDS)
        .setAttribute("gnomon.prediction_id", id)
        .startSpan()
        .end(to + offset, TimeUnit.NANOSECONDS);
  }

  @Override
  public void ended(int status) {
    long now = System.nanoTime();
    if (logged != 0) {
      tracer
          .spanBuilder("answer")
          .setParent(inside)
          .setStartTimestamp(logged + offset, TimeUnit.NANOSECONDS)
          .startSpan()
          .end(now + offset, TimeUnit.NANOSECONDS);
    }
    span.setAttribute("http.response.status_code", status);
    span.setAttribute("gnomon.decisions", decisions);
    if (status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(now + offset, TimeUnit.NANOSECONDS);
  }

  @Override
  public void failed(Throwable failure) {
    span.setAttribute("error.type", failure.getClass().getName());
    if (!told(failure)) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(System.nanoTime() + offset, TimeUnit.NANOSECONDS);
  }

  /// Whether it is an answer about the request rather than a failure of the server.
  private static boolean told(Throwable failure) {
    return failure instanceof BadInput
        || failure instanceof ChecksFailed
        || failure instanceof Refusal
        || (failure instanceof HttpProblem problem && problem.status() < 500);
  }
}
