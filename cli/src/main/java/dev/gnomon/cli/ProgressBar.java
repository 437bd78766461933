package dev.gnomon.cli;

import dev.gnomon.core.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Shows how long work goes on: one line that redraws itself on a terminal, otherwise a plain line
/// per stage and one every ten seconds.
///
/// Calls of [#advance] are cheap and may come from several threads; drawing happens at most ten
/// times a second.
public final class ProgressBar implements Progress, AutoCloseable {
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int BAR_CELLS = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Terminal terminal;
  private final LongSupplier nanoClock;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong nextDrawing = new AtomicLong();

  private String stage = "";
  private volatile String status = "";
  private long total;
  private long began;

  ProgressBar(Terminal terminal, LongSupplier nanoClock) {
    this.terminal = terminal;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized void stage(String name, long expected) {
    finishStage();
    stage = name;
    status = "";
    total = expected;
    done.set(0);
    began = nanoClock.getAsLong();
    if (terminal.interactive()) {
      draw(began);
    } else {
      terminal.err().println(name);
      nextDrawing.set(began + LINE_NANOS);
    }
  }

  @Override
  public void advance(long units) {
    done.addAndGet(units);
    long now = nanoClock.getAsLong();
    long due = nextDrawing.get();
    long pause = terminal.interactive() ? REDRAW_NANOS : LINE_NANOS;
    // One thread wins the right to draw; the others go on with their work.
    if (now - due >= 0 && nextDrawing.compareAndSet(due, now + pause)) {
      draw(now);
    }
  }

  @Override
  public void status(String text) {
    status = text;
  }

  @Override
  public synchronized void note(String line) {
    if (!terminal.interactive()) {
      terminal.err().println(line);
      return;
    }
    terminal.err().println(CLEAR_LINE + line);
    if (!stage.isEmpty()) {
      draw(nanoClock.getAsLong());
    }
  }

  /// Ends the last stage; the line stays as it was.
  @Override
  public synchronized void close() {
    finishStage();
  }

  private void finishStage() {
    if (stage.isEmpty()) {
      return;
    }
    if (terminal.interactive()) {
      String seconds = seconds(nanoClock.getAsLong() - began);
      terminal.err().println(CLEAR_LINE + fitted(stage + " " + seconds));
    }
    stage = "";
  }

  private synchronized void draw(long now) {
    if (stage.isEmpty()) {
      return;
    }
    String line =
        stage + " " + share() + seconds(now - began) + (status.isEmpty() ? "" : "  " + status);
    if (terminal.interactive()) {
      terminal.err().print(CLEAR_LINE + fitted(line));
      terminal.err().flush();
    } else {
      terminal.err().println(line);
    }
  }

  private String share() {
    long units = done.get();
    if (total <= 0) {
      return units == 0 ? "" : String.format(Locale.ROOT, "%,d ", units);
    }
    double share = Math.clamp((double) units / total, 0.0, 1.0);
    String percent = String.format(Locale.ROOT, "%d %% ", (int) (100 * share));
    if (!terminal.interactive()) {
      return percent;
    }
    int cells = (int) (BAR_CELLS * share);
    return "[" + "#".repeat(cells) + "-".repeat(BAR_CELLS - cells) + "] " + percent;
  }

  private String fitted(String line) {
    return line.length() < terminal.width() ? line : line.substring(0, terminal.width() - 1);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }
}
