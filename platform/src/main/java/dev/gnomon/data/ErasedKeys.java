package dev.gnomon.data;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.observations.KeyText;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Whose rows must not be used any more, in `<home>/erasures/`: each entity and key as one keyed
/// hash (HMAC-SHA-256, RFC 2104, with a secret of this home), and when it was erased. Files of
/// sources, which are not ours to change, may hold rows of such a key still: they are read without
/// those that were known before the erasure.
public final class ErasedKeys {
  private static final int SECRET_BYTES = 32;

  private final Path folder;
  private final byte[] secret;
  private final Map<String, Instant> erased;

  private ErasedKeys(Path folder, byte[] secret, Map<String, Instant> erased) {
    this.folder = folder;
    this.secret = secret;
    this.erased = erased;
  }

  /// The erased keys of a home; makes nothing.
  public static ErasedKeys of(Home home) {
    Path folder = home.erasures();
    Map<String, Instant> erased = new TreeMap<>();
    try {
      if (Files.isRegularFile(list(folder))) {
        for (JsonNode one : CanonicalJson.read(list(folder)).path("erased")) {
          erased.put(
              one.path("subject").stringValue(), Instant.parse(one.path("at").stringValue()));
        }
      }
      byte[] secret =
          Files.isRegularFile(secret(folder))
              ? HexFormat.of().parseHex(Files.readString(secret(folder)).strip())
              : new byte[0];
      return new ErasedKeys(folder, secret, erased);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As above, with a secret that lasts, so that something can be erased.
  public static ErasedKeys lasting(Home home) {
    ErasedKeys found = of(home);
    if (found.secret.length > 0) {
      return found;
    }
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    return found.keeping(fresh);
  }

  private ErasedKeys keeping(byte[] fresh) {
    try {
      AtomicFiles.writePrivate(
          secret(folder),
          (HexFormat.of().formatHex(fresh) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ErasedKeys(folder, fresh, erased);
  }

  /// As [#of], able to tell what a hash would be before there is a secret: for a trial.
  public static ErasedKeys passing(Home home) {
    ErasedKeys found = of(home);
    if (found.secret.length > 0) {
      return found;
    }
    byte[] fresh = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(fresh);
    return new ErasedKeys(found.folder, fresh, found.erased);
  }

  private static Path list(Path folder) {
    return folder.resolve("erased.json");
  }

  private static Path secret(Path folder) {
    return folder.resolve("secret");
  }

  public boolean isEmpty() {
    return erased.isEmpty();
  }

  /// What stands for a key from now on: nobody without the secret of this home can tell whose it
  /// is.
  public String subject(String entity, String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(entity.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(key.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /// Remembers an erasure; returns when that is on disk.
  public void add(String subject, Instant at) throws IOException {
    Map<String, Instant> all = new TreeMap<>(erased);
    all.put(subject, at);
    ObjectNode json = CanonicalJson.object();
    ArrayNode out = json.putArray("erased");
    all.forEach((one, when) -> out.addObject().put("subject", one).put("at", when.toString()));
    AtomicFiles.write(list(folder), CanonicalJson.bytes(json));
  }

  /// When a key was last erased.
  public Optional<Instant> at(String entity, String key) {
    return erased.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(erased.get(subject(entity, key)));
  }

  /// The columns of a source that hold keys of entities, by entity.
  public static Map<String, String> columns(SourceSpec spec, Frame frame) {
    if (!spec.isOfPrimaryEntity()) {
      return spec.entities();
    }
    return spec.key().map(key -> Map.of(frame.entity(), key)).orElse(Map.of());
  }

  /// The source without the rows of erased keys that were known before the erasure; rows that say
  /// no time were.
  SourceReader without(SourceReader reader, Frame frame) {
    Map<String, String> columns = columns(reader.spec(), frame);
    if (erased.isEmpty() || columns.isEmpty() || reader.spec().format().paths().isEmpty()) {
      return reader;
    }
    BitSet rows = new BitSet();
    Optional<String> time = reader.spec().knownAt().or(() -> reader.spec().eventTime());
    columns.forEach((entity, column) -> rows.or(rows(reader, entity, column, time)));
    return rows.isEmpty() ? reader : reader.forgetting(rows);
  }

  /// How many rows the files of a source hold of a key.
  ///
  /// @throws dev.gnomon.core.BadInput when they can't be read
  public static long count(FileEngine engine, SourceSpec spec, String column, String key) {
    if (spec.format().paths().isEmpty()) {
      return 0;
    }
    long count = 0;
    try (SourceScan scan =
        SourceReader.of(engine, spec, List.of())
            .openEverything(List.of(SourceReader.ROW, column))) {
      for (Optional<Table> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        Table table = batch.get();
        Table.Cursor cursor = table.cursor();
        for (int r = 0; r < table.rows(); r++) {
          count += key.equals(key(table.column(1), r, cursor.at(r))) ? 1 : 0;
        }
      }
    }
    return count;
  }

  private BitSet rows(SourceReader reader, String entity, String column, Optional<String> time) {
    BitSet rows = new BitSet();
    Map<String, Optional<Instant>> known = new HashMap<>();
    List<String> wanted =
        time.map(name -> List.of(SourceReader.ROW, column, name))
            .orElse(List.of(SourceReader.ROW, column));
    try (SourceScan scan = reader.openEverything(wanted)) {
      for (Optional<Table> batch = scan.next(); batch.isPresent(); batch = scan.next()) {
        Table table = batch.get();
        Table.Cursor cursor = table.cursor();
        for (int r = 0; r < table.rows(); r++) {
          String key = key(table.column(1), r, cursor.at(r));
          Optional<Instant> when =
              key == null ? Optional.empty() : known.computeIfAbsent(key, one -> at(entity, one));
          if (when.isPresent()
              && (time.isEmpty() || cursor.at(r).time(2) <= Times.micros(when.get()))) {
            rows.set((int) cursor.at(r).number(0));
          }
        }
      }
    }
    return rows;
  }

  private static @Nullable String key(Column column, int row, Table.Cursor cursor) {
    return switch (column) {
      case Column.Texts _ -> cursor.text(1);
      case Column.Numbers numbers -> KeyText.of(numbers.values()[row]);
      case Column.Moments moments ->
          moments.missing(row) ? null : Long.toString(moments.micros()[row]);
    };
  }
}
