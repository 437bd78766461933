package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.features.spi.KeyRecords.Found;
import dev.gnomon.features.spi.KeyRecords.Keyed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every shared online store must do. A test class extends it and connects to a store that is
/// empty before each test.
@SuppressWarnings("NullAway.Init") // connected before each test
public abstract class KeyRecordsContract {
  protected KeyRecords one;
  protected KeyRecords other;

  /// A further connection to the same space of one store.
  protected abstract KeyRecords connect() throws Exception;

  /// Empties the store.
  protected abstract void flush() throws Exception;

  @BeforeEach
  void connectTwice() throws Exception {
    flush();
    one = connect();
    other = connect();
  }

  @AfterEach
  void closeBoth() {
    one.close();
    other.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Keyed record(String key, String text) {
    return new Keyed(key, bytes(text));
  }

  private static List<String> texts(List<byte[]> records) {
    return records.stream().map(r -> new String(r, StandardCharsets.UTF_8)).toList();
  }

  private static Optional<Found> read(KeyRecords from, String epoch, String key) throws Exception {
    return from.read(epoch, List.of(key)).toCompletableFuture().get().map(List::getFirst);
  }

  private static Found found(KeyRecords from, String key) throws Exception {
    return read(from, "e", key).orElseThrow();
  }

  private void ready() throws IOException {
    assertThat(one.begin("", "e")).isTrue();
    assertThat(one.loaded("e", "files")).isTrue();
    assertThat(one.confirm("e", "a")).isTrue();
  }

  @Test
  void anEmptyStoreHasNoEpochAndAnswersNothing() throws Exception {
    assertThat(one.standing().epoch()).isEmpty();
    assertThat(one.standing().ready()).isFalse();
    assertThat(read(one, "e", "k")).isEmpty();
    assertThat(one.append("e", "a/x", 0, 7, List.of(record("k", "1")))).isFalse();
  }

  @Test
  void oneOfTwoBegins() throws Exception {
    assertThat(one.begin("", "e")).isTrue();
    assertThat(other.begin("", "f")).isFalse();
    assertThat(other.begin("e", "f")).as("somebody is loading").isFalse();
    assertThat(other.standing().loading()).isTrue();
    assertThat(other.standing().epoch()).isEqualTo("e");
  }

  @Test
  void statesAreLoadedBeforeRecordsAreTaken() throws Exception {
    assertThat(one.begin("", "e")).isTrue();
    assertThat(one.append("e", "a/x", 0, 7, List.of(record("k", "1")))).isFalse();
    assertThat(one.load("e", List.of(record("k", "state"), record("l", "other")))).isTrue();
    assertThat(read(one, "e", "k")).as("not yet loaded").isEmpty();
    assertThat(one.loaded("e", "files")).isTrue();
    assertThat(one.load("e", List.of(record("k", "late")))).isFalse();
    assertThat(one.confirm("e", "a")).isTrue();
    assertThat(one.standing().origin()).isEqualTo("files");
    assertThat(found(other, "k").state()).isEqualTo(bytes("state"));
    assertThat(found(other, "k").generation()).isNotZero();
    assertThat(found(other, "none").isEmpty()).isTrue();
  }

  @Test
  void recordsStayInTheOrderOfTheirAppending() throws Exception {
    ready();
    assertThat(one.append("e", "a/x", 0, 9, List.of(record("k", "1"), record("k", "2")))).isTrue();
    assertThat(other.append("e", "b/x", 0, 4, List.of(record("l", "4"), record("k", "3"))))
        .isTrue();
    Optional<List<Found>> both =
        other.read("e", List.of("k", "l", "m")).toCompletableFuture().get();
    assertThat(both.orElseThrow().stream().map(f -> texts(f.records())))
        .containsExactly(List.of("1", "2", "3"), List.of("4"), List.of());
    assertThat(one.standing().applied()).containsEntry("a/x", 9L).containsEntry("b/x", 4L);
  }

  @Test
  void aStretchThatIsThereAlreadyIsRefused() throws Exception {
    ready();
    assertThat(one.append("e", "a/x", 0, 9, List.of(record("k", "1")))).isTrue();
    assertThat(one.append("e", "a/x", 0, 9, List.of(record("k", "1")))).isFalse();
    assertThat(one.append("e", "a/x", 11, 12, List.of(record("k", "gap")))).isFalse();
    assertThat(one.append("e", "a/x", 9, 12, List.of(record("k", "2")))).isTrue();
    assertThat(texts(found(one, "k").records())).containsExactly("1", "2");
  }

  @Test
  void anyBytesComeBackAsTheyWere() throws Exception {
    ready();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(one.append("e", "a/x", 0, 1, List.of(new Keyed("Kä '}{\n", all)))).isTrue();
    Found seen = found(one, "Kä '}{\n");
    assertThat(seen.records().getFirst()).isEqualTo(all);
    assertThat(one.compact("e", "Kä '}{\n", seen, all).toCompletableFuture().get()).isTrue();
    assertThat(found(one, "Kä '}{\n").state()).isEqualTo(all);
  }

  @Test
  void compactionKeepsWhatCameMeanwhile() throws Exception {
    ready();
    one.append("e", "a/x", 0, 9, List.of(record("k", "1"), record("k", "2")));
    Found seen = found(one, "k");
    other.append("e", "b/x", 0, 3, List.of(record("k", "3")));
    assertThat(one.compact("e", "k", seen, bytes("1+2")).toCompletableFuture().get()).isTrue();
    Found after = found(one, "k");
    assertThat(after.state()).isEqualTo(bytes("1+2"));
    assertThat(texts(after.records())).containsExactly("3");
  }

  @Test
  void ofTwoCompactionsOfTheSameOnlyOneIsDone() throws Exception {
    ready();
    one.append("e", "a/x", 0, 9, List.of(record("k", "1"), record("k", "2")));
    Found seen = found(one, "k");
    assertThat(one.compact("e", "k", seen, bytes("first")).toCompletableFuture().get()).isTrue();
    assertThat(other.compact("e", "k", seen, bytes("second")).toCompletableFuture().get())
        .isFalse();
    Found again = found(other, "k");
    assertThat(again.state()).isEqualTo(bytes("first"));
    assertThat(other.compact("e", "k", again, bytes("third")).toCompletableFuture().get()).isTrue();
    assertThat(one.compact("e", "k", again, bytes("fourth")).toCompletableFuture().get()).isFalse();
  }

  /// Nothing of an erased key comes back with a compaction that had begun before.
  @Test
  void whatWasErasedStaysErased() throws Exception {
    ready();
    one.append("e", "a/x", 0, 9, List.of(record("k", "1"), record("k", "2")));
    Found seen = found(one, "k");
    assertThat(other.erase("e", "k")).isTrue();
    assertThat(found(one, "k").isEmpty()).isTrue();
    other.append("e", "a/x", 9, 11, List.of(record("k", "new"), record("k", "er")));
    assertThat(one.compact("e", "k", seen, bytes("old")).toCompletableFuture().get()).isFalse();
    assertThat(texts(found(one, "k").records())).containsExactly("new", "er");
  }

  /// For what is erased of the keys that several entities form together.
  @Test
  void tellsWhichKeysBeginWithAText() throws Exception {
    ready();
    one.append(
        "e",
        "a/x",
        0,
        9,
        List.of(record("1:a", "1"), record("1:b*[", "2"), record("10:a", "3"), record("0:a", "4")));
    assertThat(other.keys("e", "1:")).containsExactlyInAnyOrder("1:a", "1:b*[");
    assertThat(other.keys("e", "2:")).isEmpty();
    assertThat(other.keys("f", "1:")).isEmpty();
  }

  @Test
  void readsWaitForEveryNodeThatWrites() throws Exception {
    ready();
    assertThat(other.enlist("e", List.of("a", "b"))).isTrue();
    assertThat(read(one, "e", "k")).isEmpty();
    assertThat(one.standing().ready()).isFalse();
    assertThat(one.standing().confirmed()).containsExactly("a");
    assertThat(other.confirm("e", "b")).isTrue();
    assertThat(read(one, "e", "k")).isPresent();
    one.enlist("e", List.of("c"));
    assertThat(read(one, "e", "k")).isEmpty();
    assertThat(one.forget("e", "c")).isTrue();
    assertThat(read(one, "e", "k")).isPresent();
  }

  @Test
  void anEmptiedStoreTakesNothingForTheFormerEpoch() throws Exception {
    ready();
    one.append("e", "a/x", 0, 9, List.of(record("k", "1")));
    flush();
    assertThat(read(one, "e", "k")).isEmpty();
    assertThat(one.append("e", "a/x", 9, 10, List.of(record("k", "2")))).isFalse();
    assertThat(one.confirm("e", "a")).isFalse();
    assertThat(one.enlist("e", List.of("a"))).isFalse();
    assertThat(one.erase("e", "k")).isFalse();
    assertThat(one.standing().epoch()).isEmpty();
  }

  @Test
  void aNewEpochHasNothingOfTheFormer() throws Exception {
    ready();
    one.append("e", "a/x", 0, 9, List.of(record("k", "1")));
    assertThat(other.begin("e", "f")).isTrue();
    assertThat(one.append("e", "a/x", 9, 10, List.of(record("k", "2")))).isFalse();
    assertThat(other.loaded("f", "files")).isTrue();
    assertThat(other.confirm("f", "a")).isTrue();
    other.sweep("f");
    assertThat(read(one, "e", "k")).isEmpty();
    assertThat(read(one, "f", "k").orElseThrow().isEmpty()).isTrue();
    assertThat(other.append("f", "a/x", 0, 9, List.of(record("k", "1")))).isTrue();
    other.sweep("f");
    assertThat(texts(read(one, "f", "k").orElseThrow().records())).containsExactly("1");
  }

  /// A reader that compacts all the time, beside two writers: nothing is lost, nothing twice.
  @Test
  void compactionAndAppendingRace() throws Exception {
    ready();
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Throwable> failures = new ArrayList<>();
    Thread compactor =
        Thread.ofPlatform()
            .start(() -> {
              try (KeyRecords mine = connect()) {
                while (writing.get()) {
                  Found seen = found(mine, "k");
                  if (!seen.records().isEmpty()) {
                    String whole =
                        new String(seen.state(), StandardCharsets.UTF_8)
                            + String.join("", texts(seen.records()));
                    var _ = mine.compact("e", "k", seen, bytes(whole)).toCompletableFuture().get();
                  }
                }
              } catch (Exception e) {
                failures.add(e);
              }
            });
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      KeyRecords writer = i % 2 == 0 ? one : other;
      String name = i % 2 == 0 ? "a/x" : "b/x";
      String text = "<" + i + ">";
      expected.append(text);
      assertThat(writer.append("e", name, i / 2, i / 2 + 1, List.of(record("k", text)))).isTrue();
    }
    writing.set(false);
    compactor.join();
    assertThat(failures).isEmpty();
    Found last = found(one, "k");
    assertThat(
            new String(last.state(), StandardCharsets.UTF_8)
                + String.join("", texts(last.records())))
        .isEqualTo(expected.toString());
  }
}
