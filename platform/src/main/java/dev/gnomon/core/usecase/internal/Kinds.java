package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Formula;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Span;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.List;

/// The kinds of values that keys of several sections have.
final class Kinds {
  static final String SOURCE_NAME = "[a-z][a-z0-9_]*";

  static final Shape TEXT = new Text("", "a text");
  static final Shape COLUMN = new Text("", "a column");
  static final Shape COLUMNS = new ListOf(COLUMN, 0);
  static final Shape TEXTS = new ListOf(TEXT, 0);
  static final Shape SOURCE = new Text(SOURCE_NAME, "a source");
  static final Shape FORMULA = new Formula();
  static final Shape SHARE = new Decimal(0, 1);
  static final Shape ANY_NUMBER = new Decimal(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  static final Shape COUNT = new Whole(1, Integer.MAX_VALUE);
  static final Shape SPAN = new Span(false, false);
  static final Shape SPAN_OR_ZERO = new Span(true, false);

  private Kinds() {}

  /// @param later known to the design, but not supported yet
  static Choice choice(List<String> now, String... later) {
    return new Choice(now, List.of(later));
  }
}
