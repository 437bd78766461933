package dev.gnomon.server.telemetry;

import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;

/// Found by the exporter with `ServiceLoader`.
public final class JdkSenderProvider implements HttpSenderProvider {
  @Override
  public HttpSender createSender(HttpSenderConfig settings) {
    return new JdkSender(settings);
  }
}
