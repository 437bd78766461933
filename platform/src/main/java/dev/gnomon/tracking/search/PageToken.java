package dev.gnomon.tracking.search;

import dev.gnomon.tracking.TrackingError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a page ended: what its last record was sorted by. The next page begins behind those keys,
/// whatever was inserted or deleted meanwhile, so that nothing that stays is seen twice or left
/// out. A token belongs to one search: filter, order and scope.
///
/// @param keys one value, or null where it was missing, for each key of the order
public record PageToken(List<@Nullable Value> keys) {
  private static final int MARK_BYTES = 8;

  /// @param scope what else the search was restricted to, in any fixed form: studies, view
  public String write(Query query, String scope) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.write(mark(query, scope));
      for (Value key : keys) {
        switch (key) {
          case null -> out.writeByte(0);
          case Value.Numeric(double number) -> {
            out.writeByte(1);
            out.writeDouble(number);
          }
          case Value.Text(String text) -> {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeByte(2);
            out.writeInt(utf8.length);
            out.write(utf8);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /// @throws TrackingError if this is not a token of that search
  public static PageToken read(Query query, String scope, String token) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      throw invalid(token);
    }
    byte[] mark = mark(query, scope);
    if (bytes.length < MARK_BYTES || !Arrays.equals(bytes, 0, MARK_BYTES, mark, 0, MARK_BYTES)) {
      throw invalid(token);
    }
    var keys = new ArrayList<@Nullable Value>();
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      in.skipNBytes(MARK_BYTES);
      for (Order order : query.order()) {
        Value key =
            switch (in.readByte()) {
              case 0 -> null;
              case 1 -> new Value.Numeric(in.readDouble());
              case 2 -> text(in);
              default -> throw invalid(token);
            };
        if (key != null && key instanceof Value.Numeric != numbers(order.field())) {
          throw invalid(token);
        }
        keys.add(key);
      }
      if (in.available() > 0) {
        throw invalid(token);
      }
    } catch (IOException _) {
      throw invalid(token);
    }
    return new PageToken(keys);
  }

  private static Value text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("longer than the token");
    }
    String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (text.indexOf(0) >= 0) {
      throw new IOException("no text of a database");
    }
    return new Value.Text(text);
  }

  /// Whether the values of a field are numbers.
  static boolean numbers(Field field) {
    return switch (field) {
      case Field.Attribute a -> a.number();
      case Field.Metric _ -> true;
      case Field.Param _, Field.Tag _, Field.Dataset _ -> false;
    };
  }

  private static byte[] mark(Query query, String scope) {
    try {
      byte[] text = (query + "\0" + scope).getBytes(StandardCharsets.UTF_8);
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(text), MARK_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrackingError invalid(String token) {
    return TrackingError.invalid(
        "Invalid page token '%s': not one that a search with this filter and order gave"
            .formatted(FilterParser.shown(token)));
  }
}
