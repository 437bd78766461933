package dev.gnomon.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// Asks at a constant rate, whatever the server does, and measures from when each request was due:
/// nothing that had to wait for an answer to another request is left out (no coordinated omission).
/// One thread, one request at a time per connection; requests that find no free connection wait
/// their turn, and are given up after a second.
///
/// Arguments: address, file of bodies (one per line), requests per second, seconds, connections,
/// seconds of warm-up, and `obey` for clients that after a refusal rest as long as `Retry-After`
/// says (here always a second) instead of asking again at once. Prints one line: what was answered
/// by status, and percentiles in microseconds for answers and for refusals (503). Refusals are also
/// timed from when the request was sent: at more than the capacity most of the time from its due
/// moment is spent in the queue of this program.
public final class OpenLoop {
  private static final long GIVEN_UP_NANOS = 1_000_000_000L;

  private static final long RETRY_AFTER_NANOS = 1_000_000_000L;

  private OpenLoop() {}

  private static final class Connection {
    final SocketChannel channel;
    final ByteBuffer in = ByteBuffer.allocateDirect(16 << 10);
    SelectionKey key;
    long due;
    long sent;
    boolean counted;
    int status;
    int left;

    Connection(InetSocketAddress address, Selector selector) throws IOException {
      channel = SocketChannel.open(address);
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }
  }

  public static void main(String... arguments) throws Exception {
    URI address = URI.create(arguments[0]);
    byte[][] requests = requests(address, Files.readAllLines(Path.of(arguments[1])));
    double rate = Double.parseDouble(arguments[2]);
    int connections = Integer.parseInt(arguments[4]);
    double warm = arguments.length > 5 ? Double.parseDouble(arguments[5]) : 0;
    boolean obey = arguments.length > 6 && arguments[6].equals("obey");
    new Run(address, requests, rate, connections, warm, Double.parseDouble(arguments[3]), obey)
        .go();
  }

  private static byte[][] requests(URI address, List<String> bodies) {
    return bodies.stream()
        .map(body -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          String head =
              "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                  .formatted(address.getPath(), address.getAuthority(), bytes.length);
          return (head + body).getBytes(StandardCharsets.UTF_8);
        })
        .toArray(byte[][]::new);
  }

  private static final class Run {
    private final InetSocketAddress address;
    private final byte[][] requests;
    private final double nanosPerRequest;
    private final long warmNanos;
    private final long allNanos;
    private final boolean obey;
    private final ArrayDeque<Connection> resting = new ArrayDeque<>();
    private final Selector selector = Selector.open();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 << 10);
    private final Histogram answers = new Histogram(60_000_000_000L, 3);
    private final Histogram refusals = new Histogram(60_000_000_000L, 3);
    private final Histogram refusalsFromSending = new Histogram(60_000_000_000L, 3);
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private long givenUp;
    private long broken;
    private int waiting;
    private int next;

    Run(
        URI address,
        byte[][] requests,
        double rate,
        int connections,
        double warm,
        double seconds,
        boolean obey)
        throws IOException {
      this.obey = obey;
      this.address = new InetSocketAddress(address.getHost(), address.getPort());
      this.requests = requests;
      this.nanosPerRequest = 1e9 / rate;
      this.warmNanos = (long) (warm * 1e9);
      this.allNanos = warmNanos + (long) (seconds * 1e9);
      for (int i = 0; i < connections; i++) {
        free.add(new Connection(this.address, selector));
      }
    }

    void go() throws IOException {
      long begin = System.nanoTime();
      long count = 0;
      while (true) {
        long now = System.nanoTime() - begin;
        if (now >= allNanos) {
          break;
        }
        while (!resting.isEmpty() && System.nanoTime() - resting.peek().sent >= RETRY_AFTER_NANOS) {
          free.add(resting.poll());
        }
        long due = (long) (count * nanosPerRequest);
        while (due <= now && !free.isEmpty()) {
          send(free.poll(), begin, due);
          due = (long) (++count * nanosPerRequest);
        }
        while (due <= now - GIVEN_UP_NANOS) {
          givenUp += due >= warmNanos ? 1 : 0;
          due = (long) (++count * nanosPerRequest);
        }
        long wait = due - (System.nanoTime() - begin);
        if (wait > 1_500_000) {
          selector.select(this::ready, 1);
        } else {
          selector.selectNow(this::ready);
        }
      }
      long end = System.nanoTime() + GIVEN_UP_NANOS;
      while (waiting > 0 && System.nanoTime() < end) {
        selector.select(this::ready, 10);
      }
      givenUp += waiting;
      print((allNanos - warmNanos) / 1e9);
    }

    private void send(Connection connection, long begin, long due) throws IOException {
      connection.due = begin + due;
      connection.sent = System.nanoTime();
      connection.counted = due >= warmNanos;
      connection.status = 0;
      out.clear();
      out.put(requests[next++ % requests.length]).flip();
      try {
        while (out.hasRemaining()) {
          connection.channel.write(out);
        }
        waiting++;
      } catch (IOException e) {
        replace(connection);
      }
    }

    private void ready(SelectionKey key) {
      Connection connection = (Connection) key.attachment();
      try {
        int read = connection.channel.read(connection.in);
        if (read < 0) {
          broken += connection.counted ? 1 : 0;
          waiting--;
          replace(connection);
        } else if (answered(connection)) {
          done(connection);
        }
      } catch (IOException e) {
        broken += connection.counted ? 1 : 0;
        waiting--;
        try {
          replace(connection);
        } catch (IOException again) {
          throw new java.io.UncheckedIOException(again);
        }
      }
    }

    private void replace(Connection connection) throws IOException {
      connection.key.cancel();
      connection.channel.close();
      free.add(new Connection(address, selector));
    }

    /// Whether the whole answer is there: its head is looked through once.
    private static boolean answered(Connection connection) {
      ByteBuffer in = connection.in;
      if (connection.status == 0) {
        int end = headEnd(in);
        if (end < 0) {
          return false;
        }
        connection.status = 100 * (in.get(9) - '0') + 10 * (in.get(10) - '0') + in.get(11) - '0';
        connection.left = end + length(in, end);
      }
      return in.position() >= connection.left;
    }

    private static int headEnd(ByteBuffer in) {
      for (int i = 3; i < in.position(); i++) {
        if (in.get(i) == '\n' && in.get(i - 2) == '\n') {
          return i + 1;
        }
      }
      return -1;
    }

    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private static int length(ByteBuffer in, int end) {
      for (int i = 0; i < end - LENGTH.length; i++) {
        int j = 0;
        while (j < LENGTH.length && (in.get(i + j) | 0x20) == (LENGTH[j] | 0x20)) {
          j++;
        }
        if (j == LENGTH.length) {
          int value = 0;
          for (int at = i + j; in.get(at) != '\r'; at++) {
            value = in.get(at) == ' ' ? value : 10 * value + in.get(at) - '0';
          }
          return value;
        }
      }
      return 0;
    }

    private void done(Connection connection) {
      connection.in.clear();
      waiting--;
      if (connection.counted) {
        long now = System.nanoTime();
        statuses.merge(connection.status, 1L, Long::sum);
        (connection.status == 503 ? refusals : answers).recordValue((now - connection.due) / 1_000);
        if (connection.status == 503) {
          refusalsFromSending.recordValue((now - connection.sent) / 1_000);
        }
      }
      if (obey && connection.status == 503) {
        connection.sent = System.nanoTime();
        resting.add(connection);
      } else {
        free.add(connection);
      }
    }

    private void print(double seconds) {
      System.out.printf(
          "rate=%.0f answered=%.0f/s statuses=%s given_up=%d broken=%d p50=%d p90=%d p99=%d p99.9=%d"
              + " max=%d refused_p50=%d refused_p99=%d refused_sent_p50=%d refused_sent_p99=%d%n",
          1e9 / nanosPerRequest,
          statuses.getOrDefault(200, 0L) / seconds,
          statuses,
          givenUp,
          broken,
          answers.getValueAtPercentile(50),
          answers.getValueAtPercentile(90),
          answers.getValueAtPercentile(99),
          answers.getValueAtPercentile(99.9),
          answers.getMaxValue(),
          refusals.getValueAtPercentile(50),
          refusals.getValueAtPercentile(99),
          refusalsFromSending.getValueAtPercentile(50),
          refusalsFromSending.getValueAtPercentile(99));
    }
  }
}
