package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.tracking.RunInfo;

/// The files of a run, as far as this server can list them.
@FunctionalInterface
interface Artifacts {
  /// Writes the files of one folder, with links.
  ///
  /// @param here the page of the run
  /// @param path of the folder, as it came in the address; empty for the top
  void list(StringBuilder out, RunInfo run, Address here, String path);

  /// Says only where they lie.
  Artifacts PLACE =
      (out, run, _, _) ->
          out.append("<p>In <code>").append(Html.escape(run.artifactUri())).append("</code></p>");
}
