package dev.gnomon.engines.redis;

import dev.gnomon.features.spi.KeyRecords;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One connection to one Redis process. What must happen at once is a script ([Scripts]); every
/// method is one command, [#standing] two and [#sweep] many.
final class RedisRecords implements KeyRecords {
  /// How long anything but a read may take before the connection counts as broken.
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String LEASE_MILLIS = "5000";
  private static final byte STATE = 0;
  private static final byte RECORD = 1;
  private static final int STATE_HEAD = 17;

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final String prefix;
  private final byte[] standing;
  private final byte[] loader;
  private final Map<String, String> digests = new ConcurrentHashMap<>();
  private String run = "";

  private RedisRecords(
      RedisClient client, StatefulRedisConnection<byte[], byte[]> connection, String space) {
    this.client = client;
    this.connection = connection;
    this.commands = connection.async();
    this.prefix = "gnomon:{" + space + "}";
    this.standing = bytes(prefix);
    this.loader = bytes(prefix + ":loader");
  }

  static RedisRecords open(
      RedisClient client, StatefulRedisConnection<byte[], byte[]> connection, String space)
      throws IOException {
    RedisRecords records = new RedisRecords(client, connection, space);
    Map<String, String> info = new HashMap<>();
    answer(records.commands.info())
        .lines()
        .forEach(line -> {
          int colon = line.indexOf(':');
          if (colon > 0) {
            info.put(line.substring(0, colon), line.substring(colon + 1).strip());
          }
        });
    records.run = info.getOrDefault("run_id", "");
    if (info.getOrDefault("role", "").equals("slave")) {
      throw new IOException("this Redis is a replica, which takes no writes: name its master");
    }
    if (!info.getOrDefault("maxmemory", "0").equals("0")
        && !info.getOrDefault("maxmemory_policy", "noeviction").equals("noeviction")) {
      throw new IOException(
          "this Redis drops keys when its memory is full (maxmemory-policy %s): set noeviction"
              .formatted(info.get("maxmemory_policy")));
    }
    return records;
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public Standing standing() throws IOException {
    CompletionStage<Long> loading = commands.exists(loader);
    Map<byte[], byte[]> all = answer(commands.hgetall(standing));
    Map<String, String> fields = new HashMap<>();
    all.forEach((name, value) -> fields.put(text(name), text(value)));
    Map<String, Long> applied = new HashMap<>();
    Set<String> nodes = new HashSet<>();
    Set<String> confirmed = new HashSet<>();
    fields.forEach((name, value) -> {
      if (name.startsWith("a:")) {
        applied.put(name.substring(2), Long.parseLong(value));
      } else if (name.startsWith("n:")) {
        nodes.add(name.substring(2));
        if (value.equals(run)) {
          confirmed.add(name.substring(2));
        }
      }
    });
    return new Standing(
        fields.getOrDefault("epoch", ""),
        answer(loading) > 0,
        fields.containsKey("loaded"),
        fields.getOrDefault("origin", ""),
        applied,
        nodes,
        confirmed);
  }

  @Override
  public boolean begin(String expected, String epoch) throws IOException {
    return done(
        Scripts.BEGIN,
        new byte[][] {standing, loader},
        bytes(expected),
        bytes(epoch),
        bytes(LEASE_MILLIS));
  }

  @Override
  public boolean load(String epoch, List<Keyed> states) throws IOException {
    byte[][] keys = new byte[states.size() + 2][];
    byte[][] values = new byte[states.size() + 2][];
    keys[0] = standing;
    keys[1] = loader;
    values[0] = bytes(epoch);
    values[1] = bytes(LEASE_MILLIS);
    for (int i = 0; i < states.size(); i++) {
      keys[i + 2] = key(epoch, states.get(i).key());
      values[i + 2] = states.get(i).bytes();
    }
    return done(Scripts.LOAD, keys, values);
  }

  @Override
  public boolean loaded(String epoch, String origin) throws IOException {
    return done(
        Scripts.LOADED, new byte[][] {standing, loader}, bytes(epoch), bytes(run), bytes(origin));
  }

  @Override
  public boolean enlist(String epoch, Collection<String> nodes) throws IOException {
    List<byte[]> values = new ArrayList<>(List.of(bytes(epoch), bytes(run)));
    nodes.forEach(node -> values.add(bytes(node)));
    return done(Scripts.ENLIST, new byte[][] {standing}, values.toArray(byte[][]::new));
  }

  @Override
  public boolean forget(String epoch, String node) throws IOException {
    return done(Scripts.FORGET, new byte[][] {standing}, bytes(epoch), bytes(run), bytes(node));
  }

  @Override
  public boolean confirm(String epoch, String node) throws IOException {
    return done(Scripts.CONFIRM, new byte[][] {standing}, bytes(epoch), bytes(run), bytes(node));
  }

  @Override
  public boolean append(String epoch, String writer, long after, long upTo, List<Keyed> records)
      throws IOException {
    byte[][] keys = new byte[records.size() + 1][];
    byte[][] values = new byte[records.size() + 4][];
    keys[0] = standing;
    values[0] = bytes(epoch);
    values[1] = bytes(writer);
    values[2] = bytes(Long.toString(after));
    values[3] = bytes(Long.toString(upTo));
    for (int i = 0; i < records.size(); i++) {
      keys[i + 1] = key(epoch, records.get(i).key());
      values[i + 4] = record(records.get(i).bytes());
    }
    return done(Scripts.APPEND, keys, values);
  }

  @Override
  public CompletionStage<Optional<List<Found>>> read(String epoch, List<String> asked) {
    byte[][] keys = new byte[asked.size() + 1][];
    keys[0] = standing;
    for (int i = 0; i < asked.size(); i++) {
      keys[i + 1] = key(epoch, asked.get(i));
    }
    CompletionStage<List<Object>> answer =
        commands.evalsha(
            digest(Scripts.READ), ScriptOutputType.MULTI, keys, bytes(epoch), bytes(run));
    return answer.thenApply(lists -> {
      if (lists.size() < asked.size()) {
        return Optional.empty();
      }
      return Optional.of(lists.stream().map(RedisRecords::found).toList());
    });
  }

  private static Found found(Object list) {
    List<?> elements = (List<?>) list;
    List<byte[]> records = new ArrayList<>(elements.size());
    long generation = 0;
    byte[] state = {};
    for (Object element : elements) {
      byte[] bytes = (byte[]) element;
      if (bytes[0] == STATE) {
        generation = Long.parseLong(new String(bytes, 1, 16, StandardCharsets.US_ASCII));
        state = Arrays.copyOfRange(bytes, STATE_HEAD, bytes.length);
      } else {
        records.add(Arrays.copyOfRange(bytes, 1, bytes.length));
      }
    }
    return new Found(generation, state, records);
  }

  @Override
  public CompletionStage<Boolean> compact(String epoch, String key, Found seen, byte[] state) {
    boolean hasState = seen.generation() != 0;
    byte[] head =
        hasState
            ? bytes("\0" + "%016d".formatted(seen.generation()))
            : seen.records().isEmpty() ? new byte[] {RECORD} : record(seen.records().getFirst());
    int count = seen.records().size() + (hasState ? 1 : 0);
    CompletionStage<Long> answer =
        commands.evalsha(
            digest(Scripts.COMPACT),
            ScriptOutputType.INTEGER,
            new byte[][] {standing, key(epoch, key)},
            bytes(epoch),
            head,
            bytes(Integer.toString(count)),
            state);
    return answer.thenApply(done -> done == 1);
  }

  @Override
  public Set<String> keys(String epoch, String begin) throws IOException {
    String mine = prefix + ":" + epoch + ":";
    Set<String> found = new HashSet<>();
    ScanArgs pattern = ScanArgs.Builder.matches(mine + "*").limit(1000);
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<byte[]> some = answer(commands.scan(cursor, pattern));
      for (byte[] key : some.getKeys()) {
        String name = text(key).substring(mine.length());
        if (name.startsWith(begin)) {
          found.add(name);
        }
      }
      cursor = some;
    } while (!cursor.isFinished());
    return found;
  }

  @Override
  public boolean erase(String epoch, String key) throws IOException {
    return done(Scripts.ERASE, new byte[][] {standing, key(epoch, key)}, bytes(epoch));
  }

  @Override
  public void sweep(String epoch) throws IOException {
    String mine = prefix + ":" + epoch + ":";
    ScanArgs pattern = ScanArgs.Builder.matches(prefix + ":*").limit(1000);
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<byte[]> found = answer(commands.scan(cursor, pattern));
      List<byte[]> old = new ArrayList<>(List.of(standing));
      for (byte[] key : found.getKeys()) {
        String name = text(key);
        if (!name.startsWith(mine) && !name.equals(text(loader))) {
          old.add(key);
        }
      }
      // Only as long as no later epoch has begun.
      if (old.size() > 1 && !done(Scripts.ERASE, old.toArray(byte[][]::new), bytes(epoch))) {
        return;
      }
      cursor = found;
    } while (!cursor.isFinished());
  }

  @Override
  public void close() {
    var _ = client.shutdownAsync(0, 0, TimeUnit.SECONDS);
  }

  private byte[] key(String epoch, String key) {
    return bytes(prefix + ":" + epoch + ":" + key);
  }

  private static byte[] record(byte[] bytes) {
    byte[] record = new byte[bytes.length + 1];
    record[0] = RECORD;
    System.arraycopy(bytes, 0, record, 1, bytes.length);
    return record;
  }

  private boolean done(String script, byte[][] keys, byte[]... values) throws IOException {
    try {
      CompletionStage<Long> answer =
          commands.evalsha(digest(script), ScriptOutputType.INTEGER, keys, values);
      return answer(answer) > 0;
    } catch (RedisException e) {
      throw new IOException(e);
    }
  }

  /// The server learns a script when it is first needed on this connection.
  private String digest(String script) {
    return digests.computeIfAbsent(
        script,
        text -> {
          // Goes out before the command that needs it, which fails if this does.
          var _ = commands.scriptLoad(text);
          return commands.digest(text);
        });
  }

  private static <T> T answer(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | CancellationException e) {
      throw new IOException("Redis gave no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
