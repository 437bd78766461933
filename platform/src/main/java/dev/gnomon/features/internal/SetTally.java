package dev.gnomon.features.internal;

import dev.gnomon.data.Table;
import dev.gnomon.schema.Schema;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Rows on their way into a file: counted and hashed as they pass.
public final class SetTally implements Iterable<Table> {
  private final RunMerge merge;
  private final SetLayout layout;
  private final long before;
  private final SetHash hash;
  private long labelled;
  private long positive;

  /// @param before rows observed from then on are left for later
  public SetTally(RunMerge merge, SetLayout layout, String keyName, Schema row, long before) {
    this.merge = merge;
    this.layout = layout;
    this.before = before;
    this.hash = new SetHash(keyName, row);
  }

  /// Passes over the rows; once.
  @Override
  public Iterator<Table> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return merge.nextTime().filter(t -> t < before).isPresent();
      }

      @Override
      public Table next() {
        Optional<RunMerge.Batch> next = merge.next(before);
        RunMerge.Batch batch = next.orElseThrow(NoSuchElementException::new);
        for (double label : batch.labels()) {
          labelled += Double.isNaN(label) ? 0 : 1;
          positive += label == 1 ? 1 : 0;
        }
        hash.add(batch.keys(), batch.observedAt(), batch.rows(), batch.labels());
        return layout.table(batch.keys(), batch.observedAt(), batch.rows(), batch.labels());
      }
    };
  }

  public long rows() {
    return hash.rows();
  }

  public long labelled() {
    return labelled;
  }

  /// Labels that are 1.
  public long positive() {
    return positive;
  }

  /// The content hash of all rows that passed; asked once, at the end.
  public String hash() {
    return hash.finish();
  }
}
