package dev.gnomon.server.inference;

import dev.gnomon.core.Problem;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecideJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Turns tensors into the values that decisions take, and collects what is wrong with them.
final class InputColumns {
  private static final int MOST_PROBLEMS = 20;
  private static final int LONGEST_TEXT = 65_536;

  private final List<Problem> problems = new ArrayList<>();

  private void wrong(Tensor tensor, int row, String found, String valid) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(new Problem("inputs.%s[%d]".formatted(tensor.name(), row), found, valid));
    }
  }

  /// @throws InferenceError with all problems
  void refuseIfWrong() {
    if (!problems.isEmpty()) {
      throw InferenceError.invalid(problems);
    }
  }

  /// NaN becomes null: missing.
  @Nullable Object[] numbers(Tensor tensor) {
    @Nullable Object[] out = new @Nullable Object[tensor.values().size()];
    for (int i = 0; i < out.length; i++) {
      double number = tensor.number(i);
      if (Double.isInfinite(number)) {
        wrong(tensor, i, "it is infinite", "a finite number, or NaN for missing");
      } else {
        out[i] = Double.isNaN(number) ? null : (Object) number;
      }
    }
    return out;
  }

  /// An empty text becomes null: missing.
  @Nullable Object[] texts(Tensor tensor) {
    @Nullable Object[] out = new @Nullable Object[tensor.values().size()];
    for (int i = 0; i < out.length; i++) {
      String text = text(tensor, i);
      out[i] = text.isEmpty() ? null : (Object) text;
    }
    return out;
  }

  /// One value as text; whole numbers and truth values as they are written.
  private String text(Tensor tensor, int i) {
    return switch (tensor.values()) {
      case Values.Blobs(byte[][] of) -> text(tensor, i, of[i]);
      case Values.Longs(long[] of) ->
          tensor.datatype() == Datatype.UINT64
              ? Long.toUnsignedString(of[i])
              : Long.toString(of[i]);
      case Values.Octets(byte[] of) when tensor.datatype() == Datatype.BOOL ->
          of[i] == 0 ? "false" : "true";
      default -> Long.toString((long) tensor.number(i));
    };
  }

  private String text(Tensor tensor, int i, byte[] bytes) {
    if (bytes.length > LONGEST_TEXT) {
      wrong(
          tensor,
          i,
          "it has %d bytes".formatted(bytes.length),
          "at most %d".formatted(LONGEST_TEXT));
      return "";
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      wrong(tensor, i, "it is not valid UTF-8", "text in UTF-8");
      return "";
    }
  }

  String[] keys(Tensor tensor) {
    String[] out = new String[tensor.values().size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = text(tensor, i);
      if (out[i].isBlank() || out[i].length() > DecideJson.MAX_KEY) {
        wrong(
            tensor,
            i,
            out[i].isBlank() ? "it is blank" : "it has %d characters".formatted(out[i].length()),
            "1 to %d characters".formatted(DecideJson.MAX_KEY));
      }
    }
    return out;
  }

  /// Microseconds; [Times#MISSING] for an empty text, which means now.
  long[] times(Tensor tensor) {
    long[] out = new long[tensor.values().size()];
    for (int i = 0; i < out.length; i++) {
      String text = text(tensor, i);
      try {
        out[i] = text.isEmpty() ? Times.MISSING : DecideJson.time(text);
      } catch (DateTimeParseException | ArithmeticException e) {
        wrong(
            tensor,
            i,
            "'%s' is no time".formatted(Shown.of(text)),
            "a time with its zone, such as 2024-05-01T12:00:00Z");
      }
    }
    return out;
  }

  static OptionalLong time(long @Nullable [] times, int row) {
    return times == null || times[row] == Times.MISSING
        ? OptionalLong.empty()
        : OptionalLong.of(times[row]);
  }
}
