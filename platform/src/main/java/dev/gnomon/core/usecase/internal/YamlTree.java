package dev.gnomon.core.usecase.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads one YAML 1.2 document into [YamlNode]s. Refuses what makes a file mean something else than
/// it says: anchors, aliases, tags, duplicate keys, several documents.
///
/// Built on the parser's events rather than its nodes, because resolved nodes no longer tell
/// aliases and tags apart from plain content.
public final class YamlTree {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_NODES = 100_000;

  private final Problems problems;
  private final Iterator<Event> events;
  private int nodes;

  private YamlTree(Iterator<Event> events, Problems problems) {
    this.events = events;
    this.problems = problems;
  }

  /// The document; empty, with a problem noted, when there is none that can be read.
  public static Optional<YamlNode> read(String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setUseMarks(true).build();
    try {
      return new YamlTree(new Parse(settings).parseString(text).iterator(), problems).document();
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
      String context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
      problems.add(
          line,
          "",
          "this is not YAML: " + Problems.shown(e.getProblem() + context).replace("'", ""),
          "indent with blanks, close quotes and brackets, and quote texts that contain any of , [ ] { } : #");
    } catch (ReaderException e) {
      int end =
          Math.min(text.length(), text.offsetByCodePoints(0, Math.max(0, codePoints(text, e))));
      int line = (int) text.substring(0, end).chars().filter(c -> c == '\n').count() + 1;
      problems.add(
          line,
          "",
          "the character U+%04X can't stand in a YAML file".formatted(e.getCodePoint()),
          "remove it, or write it in double quotes as \\u%04X".formatted(e.getCodePoint()));
    } catch (TooMuch e) {
      // The problem is noted already.
    } catch (YamlEngineException e) {
      problems.add(
          1,
          "",
          "this is not YAML: " + Problems.shown(String.valueOf(e.getMessage())),
          "correct it");
    }
    return Optional.empty();
  }

  private static int codePoints(String text, ReaderException e) {
    return Math.min(e.getPosition(), text.codePointCount(0, text.length()));
  }

  private Optional<YamlNode> document() {
    Optional<YamlNode> document = Optional.empty();
    while (events.hasNext()) {
      Event event = events.next();
      if (!(event instanceof NodeEvent)) {
        continue;
      }
      if (document.isPresent()) {
        problems.add(
            line(event),
            "",
            "a second document begins",
            "one file states one use case; remove ---");
        return Optional.empty();
      }
      document = Optional.of(node(event, "", 0));
    }
    boolean blank =
        document.isEmpty()
            || (document.get() instanceof YamlNode.Scalar scalar && scalar.isEmpty());
    if (blank) {
      problems.add(1, "", "the file is empty", "state at least name, frame and data");
      return Optional.empty();
    }
    return document;
  }

  private YamlNode node(Event event, String path, int depth) {
    int line = line(event);
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      problems.add(
          line,
          path.length() > 100 ? path.substring(0, 100) + "…" : path,
          "the file is nested too deeply or too large",
          "at most %d levels and %,d values".formatted(MAX_DEPTH, MAX_NODES));
      throw new TooMuch();
    }
    if (event instanceof AliasEvent) {
      problems.add(line, path, "an alias", "write the value out; aliases are refused");
      return new YamlNode.Refused(line, path);
    }
    if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
      problems.add(line, path, "an anchor", "remove it; anchors and aliases are refused");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar.getTag(), line, path);
      return new YamlNode.Scalar(
          scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, line, path);
    }
    CollectionStartEvent start = (CollectionStartEvent) event;
    refuseTag(start.getTag(), line, path);
    return start instanceof SequenceStartEvent
        ? sequence(line, path, depth)
        : mapping(line, path, depth);
  }

  private YamlNode sequence(int line, String path, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, path + "[" + (items.size() + 1) + "]", depth + 1));
    }
    return new YamlNode.Sequence(List.copyOf(items), line, path);
  }

  private YamlNode mapping(int line, String path, int depth) {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    Map<String, Integer> keyLines = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      YamlNode key = node(event, path, depth + 1);
      if (!(key instanceof YamlNode.Scalar scalar)) {
        problems.add(key, key.describe() + " stands as a key", "keys are plain words");
        node(events.next(), path, depth + 1);
        continue;
      }
      String name = scalar.text();
      String shown = name.length() > 60 ? name.substring(0, 57) + "…" : name;
      YamlNode value = node(events.next(), path.isEmpty() ? shown : path + "." + shown, depth + 1);
      Integer before = keyLines.putIfAbsent(name, key.line());
      if (before != null) {
        problems.add(
            key.line(),
            value.path(),
            "the key stands twice, first on line " + before,
            "keep one of the two");
      } else {
        entries.put(name, value);
      }
    }
    return new YamlNode.Mapping(entries, keyLines, line, path);
  }

  private void refuseTag(Optional<String> tag, int line, String path) {
    tag.ifPresent(name ->
        problems.add(line, path, "the tag " + Problems.shown(name), "remove it; tags are refused"));
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static final class TooMuch extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    TooMuch() {
      super(null, null, false, false);
    }
  }
}
