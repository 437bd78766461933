package dev.gnomon.server.mlflow;

import dev.gnomon.artifacts.ArtifactFile;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.server.Answer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The bytes of an artifact on their way out, and what is said when they are not what was put.
///
/// @param told when they are not: the client may have a part of them already, and only see its
///   connection end
record StoredFile(Artifacts artifacts, ArtifactFile file, Consumer<String> told)
    implements Answer.Content {
  @Override
  public long length() {
    return file.size();
  }

  @Override
  public String etag() {
    return "\"" + file.sha256() + "\"";
  }

  @Override
  public InputStream open(long from, long until) {
    return new Watched(artifacts.read(file, from, until));
  }

  @Override
  public Optional<Answer> instead(IOException failure) {
    return failure instanceof DamagedArtifact damage
        ? Optional.of(ArtifactAnswers.damaged(name(), damage))
        : Optional.empty();
  }

  /// What is answered when only its head is asked: who learns so that it is there does not send it
  /// again, which would mend it.
  ///
  /// @return empty when it is sound as far as is known
  Optional<Answer> damage() throws IOException {
    try {
      artifacts.recheck(file);
      return Optional.empty();
    } catch (DamagedArtifact e) {
      return instead(e);
    }
  }

  /// With its run or model, which stand in the path: `7/RUN/artifacts/…` or
  /// `7/models/MODEL/artifacts/…`.
  private String name() {
    List<String> parts = file.path().parts();
    if (parts.size() > 4 && parts.get(1).equals("models") && parts.get(3).equals("artifacts")) {
      return named(4, "logged model " + parts.get(2));
    }
    return parts.size() > 3 && parts.get(2).equals("artifacts")
        ? named(3, "run " + parts.get(1))
        : "The artifact '%s' is damaged".formatted(file.path());
  }

  private String named(int from, String whose) {
    return "The artifact '%s' of %s is damaged"
        .formatted(
            String.join("/", file.path().parts().subList(from, file.path().parts().size())), whose);
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        return super.read(bytes, from, length);
      } catch (DamagedArtifact e) {
        told.accept("%s: %s".formatted(name(), e.getMessage()));
        throw e;
      }
    }
  }
}
