package dev.gnomon.server.pages;

import dev.gnomon.artifacts.ArtifactList;
import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.InvalidPath;
import dev.gnomon.core.html.Html;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.tracking.RunInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of a run, one folder at a time.
record RunFiles(Artifacts artifacts) {
  private static final int MOST = 500;
  private static final Pattern HERE =
      Pattern.compile("mlflow-artifacts:(?://[^/]*)?/+(.*)", Pattern.DOTALL);

  /// Writes what a folder holds, with links.
  ///
  /// @param here the page of the run
  /// @param path of the folder within the run, as it came in the address; empty for the top
  void list(StringBuilder out, RunInfo run, Address here, String path, Principal caller) {
    Matcher location = HERE.matcher(run.artifactUri());
    if (!location.matches()) {
      elsewhere(out, run);
      return;
    }
    try {
      ArtifactPath root = ArtifactPath.directory(location.group(1));
      // A client may have named any place as that of its study: only its own is shown for sure.
      if (!caller.mayUseAll()
          && !root.parts().stream().findFirst().orElse("").equals(run.studyId())) {
        elsewhere(out, run);
        return;
      }
      ArtifactPath within = ArtifactPath.directory(path);
      table(out, run, here, within, artifacts.list(root.child(path), null, MOST));
    } catch (InvalidPath _) {
      out.append("<p class=\"wrong\" role=\"alert\">There is no such folder.</p>");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void elsewhere(StringBuilder out, RunInfo run) {
    out.append("<p>In <code>").append(Html.escape(run.artifactUri())).append("</code></p>");
  }

  private static void table(
      StringBuilder out, RunInfo run, Address here, ArtifactPath within, ArtifactList list) {
    if (!within.isRoot()) {
      out.append("<p><a href=\"").append(here.html()).append("#files\">All</a>");
      List<String> parts = within.parts();
      for (int i = 0; i < parts.size(); i++) {
        String above = String.join("/", parts.subList(0, i + 1));
        out.append(" / <a href=\"").append(here.with("path", above).html()).append("#files\">");
        out.append(Html.escape(parts.get(i))).append("</a>");
      }
      out.append("</p>");
    }
    if (list.entries().isEmpty()) {
      out.append("<p>").append(within.isRoot() ? "None was kept." : "Nothing is in this folder.");
      out.append("</p>");
      return;
    }
    out.append("<table><thead><tr><th scope=\"col\">File</th>");
    out.append("<th scope=\"col\" class=\"n\">Size</th></tr></thead><tbody>");
    for (ArtifactList.Entry entry : list.entries()) {
      String path = within.isRoot() ? entry.name() : within.text() + "/" + entry.name();
      Address address =
          entry.directory()
              ? here.with("path", path)
              : Address.of("get-artifact").with("run_uuid", run.id()).with("path", path);
      out.append("<tr><th scope=\"row\"><a href=\"").append(address.html());
      out.append(entry.directory() ? "#files" : "").append("\">");
      out.append(Html.escape(entry.name())).append(entry.directory() ? "/" : "");
      out.append("</a></th><td class=\"n\">");
      out.append(entry.directory() ? "folder" : size(entry.size())).append("</td></tr>");
    }
    out.append("</tbody></table>");
    if (list.next() != null) {
      out.append("<p class=\"under\">The first ").append(MOST);
      out.append("; the rest through a client of MLflow.</p>");
    }
  }

  private static String size(long bytes) {
    if (bytes < 10_000) {
      return Html.count(bytes) + "\u00a0B";
    }
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,.0f\u00a0kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%,.1f\u00a0MB", bytes / 1e6);
  }
}
