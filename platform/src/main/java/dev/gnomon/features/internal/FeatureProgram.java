package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeaturePlan.View;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The compiled form of a feature plan: which operator fills which column of the row, from which
/// source. A pure function of use case and schemas, the same in every driver.
///
/// @param row every value computed for an observation, model inputs first
/// @param inputs how many leading columns are model inputs
/// @param sources those on which something is computed; empty for a flat table
/// @param flat for a flat table: the column of the table behind each column of the row, or -1;
///   empty otherwise
/// @param derived in the order in which they are evaluated
/// @param observedAt the column of the row that holds the observation time, or -1 when no
///   expression reads it
/// @param notes for people: what was left out and why
/// @param hash SHA-256 of the canonical definition
/// @param observed columns of the row that come with an observation: of the listed observations in
///   training, of the request when serving
/// @param groups the entities, or groups of them, that sources are about; the frame's own first
/// @param views what the features of each source are, as views
public record FeatureProgram(
    UseCase useCase,
    Map<String, Schema> schemas,
    Schema row,
    int inputs,
    List<SourceProgram> sources,
    List<Integer> flat,
    List<Derived> derived,
    int observedAt,
    List<String> notes,
    String hash,
    List<Observed> observed,
    List<Group> groups,
    List<View> views) {

  /// Under which name the schema of listed observations is kept, where a definition depends on it:
  /// no source can be called so.
  public static final String LISTED = "frame.observe.table";

  public FeatureProgram {
    sources = List.copyOf(sources);
    flat = List.copyOf(flat);
    derived = List.copyOf(derived);
    notes = List.copyOf(notes);
    observed = List.copyOf(observed);
    groups = List.copyOf(groups);
    views = List.copyOf(views);
  }

  /// @param name of the column of the listed observations, and of the input of a request
  public record Observed(int column, String name) {}

  /// Entities whose keys together are the key of some sources.
  ///
  /// @param columns the column of the row with the key of each; [#OBSERVED] for the key of the
  ///   observation
  public record Group(List<String> entities, List<Integer> columns) {
    static final int OBSERVED = -1;

    public Group {
      entities = List.copyOf(entities);
      columns = List.copyOf(columns);
    }

    /// The key in the sources of this group; null when a part is missing.
    public @Nullable String key(String observed, Row row, Schema schema) {
      if (columns.size() == 1) {
        return part(columns.getFirst(), observed, row, schema);
      }
      String[] parts = new String[columns.size()];
      for (int i = 0; i < parts.length; i++) {
        String part = part(columns.get(i), observed, row, schema);
        if (part == null) {
          return null;
        }
        parts[i] = part;
      }
      return Expression.key(parts);
    }

    /// Which keys of this group are about a key of an entity.
    public Predicate<String> of(String entity, String key) {
      int place = entities.indexOf(entity);
      if (place < 0) {
        return one -> false;
      }
      if (entities.size() == 1) {
        return key::equals;
      }
      String part = Expression.key(key);
      return one -> {
        List<String> parts = parts(one);
        return place < parts.size() && parts.get(place).equals(part);
      };
    }

    /// The parts of a joined key as they stand in it.
    private static List<String> parts(String joined) {
      List<String> parts = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < joined.length(); i++) {
        if (joined.charAt(i) == '\\') {
          i++;
        } else if (joined.charAt(i) == '|') {
          parts.add(joined.substring(from, i));
          from = i + 1;
        }
      }
      parts.add(joined.substring(from));
      return parts;
    }

    private static @Nullable String part(int column, String observed, Row row, Schema schema) {
      if (column == OBSERVED) {
        return observed;
      }
      return schema.field(column).type() == Type.NUMBER
          ? KeyCodes.text(row.number(column))
          : row.text(column);
    }
  }

  /// The group a source belongs to.
  public int groupOf(SourceSpec source) {
    if (source.isOfPrimaryEntity()) {
      return 0;
    }
    List<String> entities = List.copyOf(source.entities().keySet());
    for (int g = 1; g < groups.size(); g++) {
      if (groups.get(g).entities().equals(entities)) {
        return g;
      }
    }
    throw new IllegalArgumentException("no feature is computed on source " + source.name());
  }

  /// A feature computed from other features.
  public record Derived(int column, Expression expression, Expression.Bound bound) {}

  /// @throws dev.gnomon.core.BadInput with all problems
  public static FeatureProgram compile(UseCase useCase, Map<String, Schema> schemas) {
    return new ProgramCompiler(useCase, schemas).compile();
  }

  /// Fills what follows from the rest of the row. The one place where derived features are
  /// evaluated, for back-fill and serving.
  ///
  /// @param at the observation time, microseconds
  public void derive(FeatureRow row, long at) {
    if (observedAt >= 0) {
      row.time(observedAt, at);
    }
    for (int i = 0; i < derived.size(); i++) {
      Derived one = derived.get(i);
      if (one.bound().kind() == Expression.Kind.TEXT) {
        row.text(one.column(), one.bound().text(row));
      } else {
        row.number(one.column(), one.bound().number(row));
      }
    }
  }

  /// Whether anything has to be derived or stamped.
  public boolean derives() {
    return observedAt >= 0 || !derived.isEmpty();
  }

  /// The key of a row as text; null when missing.
  public static @Nullable String keyText(Column keys, int row) {
    return switch (keys) {
      case Column.Texts texts -> texts.dictionary().text(texts.codes()[row]);
      case Column.Numbers numbers -> KeyCodes.text(numbers.values()[row]);
      case Column.Moments moments ->
          moments.missing(row) ? null : Long.toString(moments.micros()[row]);
    };
  }

  /// The age that makes a value count as missing.
  static boolean tooOld(long eventTime, long at, long ttl) {
    return ttl != SourceProgram.FOR_EVER && eventTime != Times.MISSING && at - eventTime > ttl;
  }
}
