package dev.gnomon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.spi.RequestSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RememberedIdsTest {
  private static String place(String topic, int partition, long offset) {
    return new RequestPlace(topic, partition, offset, null).text();
  }

  /// What [RequestSink] promises: batches of random size are decided, kept or not, the process is
  /// killed or not, and callers ask far more than is remembered of them meanwhile. No request is
  /// ever decided twice, whatever was or was not kept.
  @Test
  void whatMayBeGivenAgainIsAlwaysRemembered() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    int most = 1_000;
    int partitions = 3;
    List<String> log = new ArrayList<>();
    RememberedIds ids = new RememberedIds(most);
    long[] committed = new long[partitions];
    Map<String, Integer> decided = new HashMap<>();
    int again = 0;
    for (int attempt = 0; attempt < 400; attempt++) {
      int left = random.nextInt(1, RequestSink.MOST + 1);
      long[] reached = committed.clone();
      for (int p = 0; p < partitions; p++) {
        int many = p == partitions - 1 ? left : random.nextInt(left + 1);
        left -= many;
        for (int i = 0; i < many; i++) {
          long offset = reached[p];
          reached[p] += random.nextInt(9) == 0 ? 2 : 1; // offsets have gaps
          String id = place("t", p, offset);
          if (random.nextInt(50) == 0) {
            continue; // answered with an error this time
          }
          Long known = ids.get(id);
          if (known == null) {
            assertThat(decided.merge(id, 1, Integer::sum)).as(id).isEqualTo(1);
            ids.put(id, log.size());
            log.add(id);
          } else {
            assertThat(log.get(Math.toIntExact(known))).isEqualTo(id);
            again++;
          }
        }
      }
      for (int i = 0; i < 3 * most && random.nextInt(4) == 0; i++) {
        String id = "caller-" + log.size();
        ids.put(id, log.size());
        log.add(id);
      }
      if (random.nextBoolean()) {
        committed = reached;
      }
      if (random.nextInt(5) == 0) { // killed: all that is left is the log
        ids = new RememberedIds(most);
        for (int i = 0; i < log.size(); i++) {
          ids.put(log.get(i), i);
        }
      }
      for (int p = 0; p < partitions; p++) {
        assertThat(ids.forgotten("t", p)).isLessThanOrEqualTo(committed[p]);
      }
    }
    assertThat(again).isGreaterThan(10_000);
  }

  @Test
  void anotherTopicOfTheNameIsAnother() {
    RememberedIds ids = new RememberedIds(10);
    ids.put(place("old", 0, 7), 1);
    assertThat(ids.get(place("new", 0, 7))).isNull();
    assertThat(ids.get(place("old", 1, 7))).isNull();
    assertThat(ids.get(place("old", 0, 7))).isEqualTo(1);
  }

  @Test
  void aRequestIsFoundByThePlaceOrByWhatItsCallerCallsIt() {
    RememberedIds ids = new RememberedIds(10);
    ids.put(new RequestPlace("t", 0, 3, "mine: 1").text(), 5);
    assertThat(ids.get(place("t", 0, 3))).isEqualTo(5);
    assertThat(ids.get("mine: 1")).isEqualTo(5);
    assertThat(ids.get(new RequestPlace("t", 0, 9, "mine: 1").text())).isEqualTo(5);
    assertThat(ids.get(place("t", 0, 9))).isNull();
  }

  @Test
  void whatIsForgottenIsSaid() {
    RememberedIds ids = new RememberedIds(10);
    for (int i = 0; i < 2 * RequestSink.MOST; i++) {
      ids.put(place("t", 0, i), i);
    }
    assertThat(ids.forgotten("t", 0)).isZero();
    ids.put(place("t", 0, 2 * RequestSink.MOST), 1);
    assertThat(ids.forgotten("t", 0)).isEqualTo(RequestSink.MOST);
    assertThat(ids.get(place("t", 0, RequestSink.MOST - 1))).isNull();
    assertThat(ids.get(place("t", 0, RequestSink.MOST))).isNotNull();
    ids.put(place("t", 0, 4), 99); // read from further before, and decided anew
    assertThat(ids.get(place("t", 0, 4))).isEqualTo(99);
    assertThat(ids.forgotten("t", 0)).isZero();
  }
}
