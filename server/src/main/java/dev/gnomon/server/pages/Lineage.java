package dev.gnomon.server.pages;

import java.util.List;

/// The way of values from files to decisions as a picture: files or topic, source, view, use case,
/// the version that decides.
final class Lineage {
  private Lineage() {}

  static String picture(List<FeatureViewLine> lines) {
    Flow flow = new Flow("Lineage", "comes from", "source", "view", "use case", "decides");
    for (FeatureViewLine line : lines) {
      for (String origin : line.origins()) {
        flow.edge(0, origin, line.source());
      }
      flow.edge(1, line.source(), viewOf(line, lines));
      for (FeatureViewLine.Consumer consumer : line.consumers()) {
        flow.edge(2, viewOf(line, lines), consumer.useCase());
        flow.edge(
            3,
            consumer.useCase(),
            consumer.champion().isPresent()
                ? "version " + consumer.champion().getAsInt() + " of " + consumer.useCase()
                : "fallback rules");
      }
    }
    return flow.draw();
  }

  /// Two definitions under one name are two boxes.
  private static String viewOf(FeatureViewLine line, List<FeatureViewLine> lines) {
    long same = lines.stream().filter(other -> other.name().equals(line.name())).count();
    return same == 1 ? line.name() : line.name() + " " + line.version().substring(0, 8);
  }
}
