package dev.gnomon.server.mlflow;

import dev.gnomon.artifacts.ArtifactList;
import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.artifacts.InvalidPath;
import dev.gnomon.artifacts.Occupied;
import dev.gnomon.artifacts.Uploads;
import dev.gnomon.artifacts.WrongContent;
import dev.gnomon.server.Answer;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.tracking.TrackingError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Files and lists of them as MLflow's clients read them, and what goes wrong with them.
final class ArtifactAnswers {
  static final byte[] DONE = {'{', '}'};

  private static final int MOST_OF_STORE = 1_000;

  private ArtifactAnswers() {}

  /// Work that may fail as artifacts do.
  interface Work {
    Answer answer() throws IOException;
  }

  /// Does it, and words what goes wrong.
  static Answer of(Work work) {
    try {
      return work.answer();
    } catch (TrackingError e) {
      return MlflowErrors.answer(e);
    } catch (InvalidPath | Occupied | WrongContent e) {
      return MlflowErrors.answer(TrackingError.invalid(String.valueOf(e.getMessage())));
    } catch (Uploads.NoSuchUpload e) {
      return MlflowErrors.answer(TrackingError.missing(String.valueOf(e.getMessage())));
    } catch (DamagedArtifact e) {
      return damaged("An artifact is damaged", e);
    } catch (IOException e) {
      if (full(e)) {
        throw new HttpProblem(
            507, "Insufficient storage", "The disk is full; nothing of it was kept.");
      }
      throw new UncheckedIOException(e);
    }
  }

  /// Not a 5xx: clients ask those again for minutes, and nothing gets better by that.
  ///
  /// @param what can't be had
  static Answer damaged(String what, DamagedArtifact damage) {
    return MlflowErrors.answer(
        409,
        "DATA_LOSS",
        "%s: %s. %s. 'gnomon doctor' lists everything that is damaged."
            .formatted(what, damage.getMessage(), damage.remedy()));
  }

  private static boolean full(IOException failure) {
    String why =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return why != null
        && (why.contains("No space left")
            || why.contains("File too large")
            || why.contains("quota exceeded")
            || why.contains("not enough space"));
  }

  static TrackingError missing(ArtifactPath path) {
    return TrackingError.missing("There is no artifact '%s'".formatted(Fields.shown(path.text())));
  }

  /// A file to be saved, never to be shown as a page of this server.
  static Answer file(StoredFile stored) {
    String name = stored.file().path().name();
    Map<String, String> headers =
        Map.of(
            "Content-Disposition", disposition(name),
            "Repr-Digest", digest(stored.file().sha256()));
    return Answer.content(type(name), stored, headers);
  }

  /// RFC 6266: a plain name for old clients, the true one for the others.
  private static String disposition(String name) {
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(name.replaceAll("[^A-Za-z0-9._ -]", "_"), ArtifactUrls.encoded(name));
  }

  private static String digest(String sha256) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256)) + ":";
  }

  /// The SHA-256 that a header `Repr-Digest` or `Content-Digest` (RFC 9530) names.
  static @Nullable String sha256(@Nullable String header) {
    if (header == null) {
      return null;
    }
    for (String one : header.split(",", -1)) {
      String text = one.strip();
      if (text.startsWith("sha-256=:") && text.endsWith(":") && text.length() > 10) {
        try {
          byte[] digest = Base64.getDecoder().decode(text.substring(9, text.length() - 1));
          if (digest.length == 32) {
            return HexFormat.of().formatHex(digest);
          }
        } catch (IllegalArgumentException _) {
          // Falls through to the refusal.
        }
        throw new WrongContent("The digest of the content is no SHA-256 in base 64.");
      }
    }
    return null;
  }

  private static String type(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower.substring(lower.lastIndexOf('.') + 1)) {
      case "json" -> "application/json";
      case "txt", "md", "csv", "tsv", "yaml", "yml", "log", "mlmodel", "py" ->
          "text/plain; charset=utf-8";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "gif" -> "image/gif";
      default -> "application/octet-stream";
    };
  }

  /// Up to `most` entries of a directory.
  ///
  /// @throws TrackingError when the token is none
  static ArtifactList list(
      Artifacts artifacts, ArtifactPath directory, @Nullable String token, int most)
      throws IOException {
    List<ArtifactList.Entry> all = new ArrayList<>();
    String next = token;
    try {
      do {
        ArtifactList page =
            artifacts.list(directory, next, Math.min(MOST_OF_STORE, most - all.size()));
        all.addAll(page.entries());
        next = page.next();
      } while (next != null && all.size() < most);
    } catch (IllegalArgumentException e) {
      throw TrackingError.invalid("The page token is none of this list.");
    }
    return new ArtifactList(all, next);
  }

  /// The member `files`.
  ///
  /// @param within what comes before the names; empty for the names alone
  static void files(JsonGenerator json, ArtifactList list, ArtifactPath within) {
    Wire.list(
        json,
        "files",
        list.entries(),
        (to, entry) -> {
          to.writeStartObject();
          to.writeStringProperty(
              "path", within.isRoot() ? entry.name() : within.text() + "/" + entry.name());
          to.writeBooleanProperty("is_dir", entry.directory());
          if (!entry.directory()) {
            to.writeNumberProperty("file_size", entry.size());
          }
          to.writeEndObject();
        });
    if (list.next() != null) {
      json.writeStringProperty("next_page_token", list.next());
    }
  }
}
