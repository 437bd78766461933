package dev.gnomon.core.usecase;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.internal.UseCaseForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a use-case file.
///
/// YAML 1.2 in UTF-8, of which anchors, aliases, tags, duplicate keys and unknown keys are refused.
/// Texts keep their source form (`NO`, `012`).
public final class UseCaseReader {
  /// More than any person writes.
  private static final int MOST_BYTES = 1 << 20;

  private UseCaseReader() {}

  /// The use case of a file, its form checked; files and columns it names are looked for when the
  /// data are opened.
  ///
  /// @throws BadInput with every problem found, each with file, line and key
  public static UseCase read(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new BadInput(
          file.toString(), "there is no such file", "name a use-case file; gnomon new starts one");
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "name a readable use-case file");
    }
    return parse(bytes, file);
  }

  /// As [#read], of text that is at hand.
  ///
  /// @param file where it stands: names it in messages, and its folder is what paths in it are
  ///   relative to
  public static UseCase parse(String text, Path file) {
    return parse(text.getBytes(StandardCharsets.UTF_8), file);
  }

  private static UseCase parse(byte[] bytes, Path file) {
    if (bytes.length > MOST_BYTES) {
      throw new BadInput(file + ":1", "it is larger than a use-case file can be", "at most 1 MiB");
    }
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    ByteBuffer content = ByteBuffer.wrap(bytes);
    content.position(marked ? 3 : 0);
    int start = content.position();
    try {
      return UseCaseForm.read(StandardCharsets.UTF_8.newDecoder().decode(content).toString(), file);
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = start; i < content.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new BadInput(file + ":" + line, "the text is not UTF-8", "save the file as UTF-8");
    }
  }
}
