package dev.gnomon.server.telemetry;

import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import java.util.Map;
import java.util.Optional;

/// Follows single requests through the server, across the borders of processes: who calls tells
/// where its request belongs by the header `traceparent` (W3C Trace Context).
public interface Tracing extends AutoCloseable {
  /// The trace of the request that this thread answers.
  ScopedValue<Trace> CURRENT = ScopedValue.newInstance();

  /// Keeps nothing, but knows the trace a caller names, so that log lines can name it too.
  Tracing OFF =
      new Tracing() {
        @Override
        public Trace begin(String name, Optional<TraceParent> parent) {
          return parent.isEmpty() ? Trace.NONE : new NamedTrace(parent.get().traceId());
        }

        @Override
        public void close() {}
      };

  /// Sends traces where the environment says, by the variables of OpenTelemetry; [#OFF] if it says
  /// nothing. Only then is anything of OpenTelemetry loaded.
  ///
  /// @param version of the software
  /// @throws dev.gnomon.core.BadInput when a variable can't be used
  static Tracing of(Map<String, String> environment, String version) {
    return OtlpSettings.of(environment)
        .<Tracing>map(settings -> new OtlpTracing(settings, version))
        .orElse(OFF);
  }

  /// Begins the part of a trace that this server has.
  ///
  /// @param name of the work, such as `POST /v1/usecases/{name}/decide`
  /// @param parent where the request comes from, if its caller said so
  Trace begin(String name, Optional<TraceParent> parent);

  /// Sends what is still kept.
  @Override
  void close();

  /// The trace of the request that this thread answers, or [Trace#NONE].
  static Trace current() {
    return CURRENT.isBound() ? CURRENT.get() : Trace.NONE;
  }

  /// The route, with each of its requests followed.
  default Route traced(Route route) {
    String name = route.method() + " " + route.pattern();
    return new Route(
        route.role(),
        route.method(),
        route.pattern(),
        route.summary(),
        route.maxBody(),
        route.accepts(),
        route.mode(),
        request -> answer(name, route.handler(), request),
        route.errors());
  }

  @SuppressWarnings("ReferenceEquality") // there is one of it
  private Answer answer(String name, Route.Handler handler, Request request) {
    Trace trace = begin(name, request.header(TraceParent.HEADER).flatMap(TraceParent::parse));
    try {
      if (trace == Trace.NONE) {
        return handler.answer(request);
      }
      Answer answer = ScopedValue.where(CURRENT, trace).call(() -> handler.answer(request));
      trace.ended(answer.status());
      return answer;
    } catch (RuntimeException | StackOverflowError e) {
      String useCase = request.segments().isEmpty() ? "" : request.segments().getFirst();
      e.addSuppressed(
          new FailedRequest(request.method() + " " + request.path(), useCase, trace.id()));
      trace.failed(e);
      throw e;
    }
  }
}
