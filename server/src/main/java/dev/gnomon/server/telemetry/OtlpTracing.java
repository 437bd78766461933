package dev.gnomon.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Sends traces to a collector by OTLP over HTTP.
///
/// Whether a request is kept is settled before the library is asked: by the flag of its caller, or
/// else by chance. What is not kept costs the draw of a number.
final class OtlpTracing implements Tracing {
  private static final int CLOSE_SECONDS = 5;

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final double ratio;
  private final Clock clock = Clock.getDefault();

  OtlpTracing(OtlpSettings settings, String version) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint().toString());
    settings.headers().forEach(exporter::addHeader);
    this.ratio = settings.ratio();
    this.provider =
        SdkTracerProvider.builder()
            .setSampler(Sampler.alwaysOn())
            .setClock(clock)
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.builder()
                                .put("service.name", settings.service())
                                .put("service.version", version)
                                .build())))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter.build())
                    .setScheduleDelay(settings.delay())
                    .build())
            .build();
    this.tracer = provider.get("dev.gnomon");
  }

  @Override
  public Trace begin(String name, Optional<TraceParent> parent) {
    Context context = Context.root();
    if (parent.isPresent()) {
      TraceParent caller = parent.get();
      if (!caller.sampled()) {
        return new NamedTrace(caller.traceId());
      }
      context =
          context.with(
              Span.wrap(
                  SpanContext.createFromRemoteParent(
                      caller.traceId(),
                      caller.spanId(),
                      TraceFlags.getSampled(),
                      TraceState.getDefault())));
    } else if (ThreadLocalRandom.current().nextDouble() >= ratio) {
      return Trace.NONE;
    }
    long begun = clock.now();
    Span span =
        tracer
            .spanBuilder(name)
            .setParent(context)
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(begun, TimeUnit.NANOSECONDS)
            .startSpan();
    int space = name.indexOf(' ');
    span.setAttribute("http.request.method", name.substring(0, space));
    span.setAttribute("http.route", name.substring(space + 1));
    return new OtlpTrace(tracer, span, begun - System.nanoTime());
  }

  @Override
  public void close() {
    provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
