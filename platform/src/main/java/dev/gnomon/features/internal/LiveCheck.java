package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.EventSweep;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one request's check by the other engine found.
///
/// @param values how many were compared
/// @param compacted how many could not be, since tiles stand for some of their events
/// @param differing the names of the features that are not the same bits
public record LiveCheck(long values, long compacted, List<String> differing) {
  public LiveCheck {
    differing = List.copyOf(differing);
  }

  static final class Counts {
    private long values;
    private long compacted;
    private final List<String> differing = new ArrayList<>();

    /// @param compared with what the sweep gives
    /// @param served says which values came with the request
    void compare(
        EventProgram program, KeyState state, long at, FeatureRow compared, FeatureRow served) {
      Schema row = served.schema();
      double[][] numbers = new double[row.size()][];
      @Nullable String[][] texts = new @Nullable String[row.size()][];
      for (EventProgram.Feature feature : program.features()) {
        numbers[feature.column()] = new double[1];
        texts[feature.column()] = new @Nullable String[1];
      }
      boolean swept = state.sweep(new EventSweep(program), at, numbers, texts);
      for (EventProgram.Feature feature : program.features()) {
        int c = feature.column();
        if (served.isGiven(c)) {
          continue;
        }
        if (!swept) {
          compacted++;
          continue;
        }
        values++;
        Field field = row.field(c);
        boolean same =
            feature.text()
                ? Objects.equals(texts[c][0], compared.text(c))
                : Double.doubleToLongBits(numbers[c][0])
                    == Double.doubleToLongBits(compared.number(c));
        if (!same) {
          differing.add(field.name());
        }
      }
    }

    LiveCheck sum() {
      return new LiveCheck(values, compacted, differing);
    }
  }
}
