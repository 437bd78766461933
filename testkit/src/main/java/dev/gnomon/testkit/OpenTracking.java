package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// An empty store for each test, and what its tests have in common.
@SuppressWarnings("NullAway.Init") // opened before each test
public abstract class OpenTracking {
  protected static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  protected final SettableClock clock = new SettableClock(Instant.ofEpochMilli(NOON));
  protected Tracking tracking;

  /// An empty store.
  protected abstract Tracking openEmpty() throws Exception;

  @BeforeEach
  void openTracking() throws Exception {
    tracking = openEmpty();
  }

  @AfterEach
  void closeTracking() {
    tracking.close();
  }

  protected static void refused(Code code, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TrackingError.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  protected static void invalid(String message, ThrowingCallable call) {
    refused(Code.INVALID_PARAMETER_VALUE, message, call);
  }

  protected static void missing(String message, ThrowingCallable call) {
    refused(Code.RESOURCE_DOES_NOT_EXIST, message, call);
  }

  protected static Search all(int most, @Nullable String token, String... orderBy) {
    return new Search("", List.of(orderBy), View.ACTIVE_ONLY, most, token);
  }

  protected static <T> List<T> pages(Function<@Nullable String, Page<T>> search) {
    List<T> items = new ArrayList<>();
    String token = null;
    do {
      Page<T> page = search.apply(token);
      items.addAll(page.items());
      token = page.next();
    } while (token != null);
    return items;
  }

  protected String newRun() {
    return tracking.createRun("0", "ada", null, null, List.of()).info().id();
  }

  protected static Batch metrics(Metric... metrics) {
    return new Batch(List.of(metrics), List.of(), List.of());
  }

  protected static Batch params(Tag... params) {
    return new Batch(List.of(), List.of(params), List.of());
  }

  protected static Batch tags(Tag... tags) {
    return new Batch(List.of(), List.of(), List.of(tags));
  }
}
