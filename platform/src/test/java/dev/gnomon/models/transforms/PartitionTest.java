package dev.gnomon.models.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.stats.Quantiles;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PartitionTest {
  @Test
  void quantilesAreThoseOfTheSortedValues() {
    RandomStream random = RandomStream.of(1);
    for (int round = 0; round < 2_000; round++) {
      double[] values = new double[1 + random.nextInt(40)];
      int distinct = 1 + random.nextInt(30);
      Arrays.setAll(values, _ -> random.nextInt(distinct) - 5.5);
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      for (double probability : new double[] {0, 0.25, 0.5, 0.75, 1, random.nextDouble()}) {
        assertThat(Partition.quantile(values, probability))
            .isEqualTo(Quantiles.type7(sorted, probability));
      }
    }
  }
}
