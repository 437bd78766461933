package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where in a stream a request stood; with the caller's own id, if it had one.
///
/// Written into the decision log in the place of the caller's id, so that there is no instant at
/// which the decision is known and the request it answers is not.
///
/// @param topicId holds no colon
/// @param callerId null when the caller states none
record RequestPlace(String topicId, int partition, long offset, @Nullable String callerId) {
  /// What no caller's id begins with.
  private static final String PREFIX = "gnomon-stream:";

  /// As it stands in the log.
  String text() {
    String place = PREFIX + topicId + ':' + partition + ':' + offset;
    return callerId == null ? place : place + ':' + callerId;
  }

  /// Null for an id that a caller stated.
  static @Nullable RequestPlace of(String id) {
    if (!id.startsWith(PREFIX)) {
      return null;
    }
    int topic = id.indexOf(':', PREFIX.length());
    int partition = topic < 0 ? -1 : id.indexOf(':', topic + 1);
    if (partition < 0) {
      return null;
    }
    int offset = id.indexOf(':', partition + 1);
    int end = offset < 0 ? id.length() : offset;
    try {
      return new RequestPlace(
          id.substring(PREFIX.length(), topic),
          Integer.parseInt(id, topic + 1, partition, 10),
          Long.parseLong(id, partition + 1, end, 10),
          offset < 0 ? null : id.substring(offset + 1));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /// @throws BadInput for an id that would pass for a place
  static void refuse(Optional<String> callerId) {
    if (callerId.isPresent() && callerId.get().startsWith(PREFIX)) {
      throw new BadInput("id", "it begins with " + PREFIX, "an id of your own");
    }
  }
}
