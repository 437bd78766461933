package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.RequestSink;
import dev.gnomon.serving.spi.StreamAnswer;
import dev.gnomon.serving.spi.StreamRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// Decides the requests of a stream, each once, by giving every one an id made of its place: one
/// that is given again after a kill finds its decision in the log.
///
/// Whatever is wrong with a request is wrong with that one only; its answer says so. Only a log
/// that takes nothing more stops the stream.
final class RequestIntake implements RequestSink {
  /// The longest request, in bytes.
  static final int LONGEST = 1 << 20;

  /// Of a request that can't be decided, how many bytes go into the answer.
  private static final int KEPT = 16 << 10;

  private final LiveUseCase useCase;
  private final DecisionStreamSpec stream;
  private final String node;
  private final Consumer<String> told;
  private final Rate rate;

  private long decided;
  private long errors;
  private long missed;

  /// Of the batch that is not kept yet.
  private int pendingDecided;

  private int pendingErrors;

  RequestIntake(
      LiveUseCase useCase,
      DecisionStreamSpec stream,
      String node,
      ArrivalClock clock,
      Consumer<String> told) {
    this.useCase = useCase;
    this.stream = stream;
    this.node = node;
    this.told = told;
    this.rate = new Rate(clock);
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public List<StreamAnswer> decide(String topicId, List<StreamRecord> requests) throws IOException {
    if (requests.size() > MOST) {
      throw new IllegalArgumentException(
          "%d requests at once, more than %d".formatted(requests.size(), MOST));
    }
    List<StreamAnswer> answers = new ArrayList<>(requests.size());
    int wrong = 0;
    try {
      for (StreamRecord request : requests) {
        StreamAnswer answer = answer(topicId, request);
        answers.add(answer);
        wrong += answer.error() ? 1 : 0;
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    useCase.force();
    synchronized (this) {
      pendingDecided = answers.size() - wrong;
      pendingErrors = wrong;
    }
    return answers;
  }

  private StreamAnswer answer(String topicId, StreamRecord record) {
    byte[] value = record.value();
    if (value == null) {
      return refused(record, 400, "No request", "the record has no value", List.of());
    }
    if (value.length > LONGEST) {
      return refused(
          record,
          413,
          "Too long",
          "a request of %,d bytes; at most %,d".formatted(value.length, LONGEST),
          List.of());
    }
    try {
      DecideRequest request = DecideJson.request(value);
      RequestPlace.refuse(request.id());
      RequestPlace place =
          new RequestPlace(topicId, record.partition(), record.offset(), request.id().orElse(null));
      Decided answer =
          useCase.decideStreamed(
              new DecideRequest(
                  Optional.of(place.text()),
                  request.key(),
                  request.at(),
                  request.inputs(),
                  request.explain()));
      return new StreamAnswer(
          request.key().getBytes(StandardCharsets.UTF_8),
          withRequest(DecideJson.answer(answer), record, request.id().orElse(null)),
          false);
    } catch (BadInput e) {
      return refused(record, 400, "Bad request", "it can't be used; see errors", e.problems());
    } catch (ChecksFailed e) {
      return refused(record, 422, "Check failed", "a check of the data says no", e.problems());
    } catch (FeatureSource.TooOld e) {
      return refused(record, 422, "Too old", String.valueOf(e.getMessage()), List.of());
    } catch (UncheckedIOException e) {
      throw e; // nothing was decided, and another try may
    } catch (RuntimeException | StackOverflowError e) {
      tell(
          "partition %d, offset %d: it can't be decided: %s"
              .formatted(record.partition(), record.offset(), e));
      return refused(record, 500, "Internal error", "the server failed on it", List.of());
    }
  }

  /// The answer as others get it, with the place of its request as the last property.
  private byte[] withRequest(byte[] answer, StreamRecord record, @Nullable String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(answer.length + 128);
    out.write(answer, 0, answer.length - 1); // all but the brace
    ByteArrayOutputStream place = new ByteArrayOutputStream(128);
    try (JsonGenerator json = DecideJson.JSON.createGenerator(ObjectWriteContext.empty(), place)) {
      json.writeStartObject();
      request(json, record, id);
      json.writeEndObject();
    }
    byte[] bytes = place.toByteArray();
    out.write(',');
    out.write(bytes, 1, bytes.length - 1);
    return out.toByteArray();
  }

  private void request(JsonGenerator json, StreamRecord record, @Nullable String id) {
    json.writeObjectPropertyStart("request");
    json.writeStringProperty("topic", stream.requests());
    json.writeNumberProperty("partition", record.partition());
    json.writeNumberProperty("offset", record.offset());
    if (id != null) {
      json.writeStringProperty("id", id);
    }
    json.writeEndObject();
  }

  private StreamAnswer refused(
      StreamRecord record, int status, String title, String detail, List<Problem> problems) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = DecideJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("error");
      json.writeNumberProperty("status", status);
      json.writeStringProperty("title", title);
      json.writeStringProperty("detail", detail);
      json.writeArrayPropertyStart("errors");
      for (Problem problem : problems) {
        json.writeStartObject();
        json.writeStringProperty("place", problem.place());
        json.writeStringProperty("found", problem.found());
        json.writeStringProperty("valid", problem.valid());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      request(json, record, null);
      if (record.value() != null) {
        value(json, record.value());
      }
      json.writeEndObject();
    }
    return new StreamAnswer(null, out.toByteArray(), true);
  }

  /// What was asked, so that whoever mends it need not search: as text, or in base 64 if it is
  /// none.
  private static void value(JsonGenerator json, byte[] value) {
    byte[] kept = value.length <= KEPT ? value : Arrays.copyOf(value, KEPT);
    try {
      json.writeStringProperty(
          "value", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(kept)).toString());
    } catch (CharacterCodingException e) {
      json.writeStringProperty("base64", Base64.getEncoder().encodeToString(kept));
    }
    if (kept.length < value.length) {
      json.writeNumberProperty("bytes", value.length);
    }
  }

  @Override
  public synchronized void kept() {
    decided += pendingDecided;
    errors += pendingErrors;
    rate.add(pendingDecided + pendingErrors);
    pendingDecided = 0;
    pendingErrors = 0;
  }

  @Override
  public long forgotten(String topicId, int partition) {
    return useCase.decisions().forgotten(topicId, partition);
  }

  @Override
  public synchronized void missed(int partition, long from, long to) {
    missed += to - from;
    tell(
        "partition %d: %,d requests, offsets %d to %d, were deleted by the server before they were read"
            .formatted(partition, to - from, from, to - 1));
  }

  @Override
  public void tell(String line) {
    told.accept(
        "%s, %s topic %s: %s"
            .formatted(useCase.useCase().name(), stream.engine(), stream.requests(), line));
  }

  synchronized RequestReadings readings(EventStream.Status status) {
    return new RequestReadings(
        useCase.useCase().name(),
        stream.requests(),
        stream.decisions(),
        status,
        decided,
        errors,
        rate.perSecond(),
        missed);
  }
}
