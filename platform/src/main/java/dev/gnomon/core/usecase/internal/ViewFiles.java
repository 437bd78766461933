package dev.gnomon.core.usecase.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Reads the files of `features.use`. Times in them that state no zone are UTC: a shared definition
/// must not depend on who uses it.
final class ViewFiles {
  private static final int MOST_BYTES = 1 << 20;

  private final Fields features;
  private final Context context;
  private final Map<String, String> attached;
  private final Map<String, String> texts = new LinkedHashMap<>();

  /// @param attached texts that come with the use case, by path; the others are read from disk
  ViewFiles(Fields features, Context context, Map<String, String> attached) {
    this.features = features;
    this.context = context;
    this.attached = attached;
  }

  /// The texts read, by path.
  Map<String, String> texts() {
    return texts;
  }

  /// Those that are right.
  List<ViewFile> read() {
    List<ViewFile> files = new ArrayList<>();
    for (String path : features.texts("use")) {
      if (texts.containsKey(path)) {
        context.problem(features, "use", Problems.shown(path) + " stands twice", "each file once");
        continue;
      }
      Path file = context.folder().resolve(path).normalize();
      text(path, file)
          .ifPresent(text -> {
            texts.put(path, text);
            parse(text, file).ifPresent(files::add);
          });
    }
    return files;
  }

  private Optional<String> text(String path, Path file) {
    String known = attached.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        return refused(path, "is larger than a view can be", "at most 1 MiB");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (NoSuchFileException e) {
      return refused(path, "does not exist", "a file with a view, relative to this file");
    } catch (CharacterCodingException e) {
      return refused(path, "is not UTF-8", "save the file as UTF-8");
    } catch (IOException e) {
      return refused(path, "can't be read", "a readable file with a view");
    }
  }

  private Optional<String> refused(String path, String found, String valid) {
    context.problem(features, "use", Problems.shown(path) + " " + found, valid);
    return Optional.empty();
  }

  private Optional<ViewFile> parse(String text, Path file) {
    Problems problems = context.problems().of(file.toString());
    int before = problems.count();
    Optional<YamlNode> tree = YamlTree.read(text, problems);
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    var form = new FormCheck(problems);
    form.check(tree.get(), Keys.VIEW_FILE);
    if (!(tree.get() instanceof YamlNode.Mapping mapping) || problems.count() > before) {
      return Optional.empty();
    }
    Path folder = Objects.requireNonNull(file.getParent(), "a file lies in a folder");
    return Optional.of(
        new ViewFile(
            new Fields(mapping, form), new Context(problems, form, folder, ZoneOffset.UTC)));
  }
}
