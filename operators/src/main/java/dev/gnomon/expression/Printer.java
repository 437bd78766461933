package dev.gnomon.expression;

import dev.gnomon.expression.Node.Arithmetic;
import dev.gnomon.expression.Node.Call;
import dev.gnomon.expression.Node.ColumnName;
import dev.gnomon.expression.Node.Compare;
import dev.gnomon.expression.Node.In;
import dev.gnomon.expression.Node.IsMissing;
import dev.gnomon.expression.Node.Junction;
import dev.gnomon.expression.Node.Negate;
import dev.gnomon.expression.Node.Not;
import dev.gnomon.expression.Node.NumberLiteral;
import dev.gnomon.expression.Node.Operation;
import dev.gnomon.expression.Node.TextLiteral;
import java.util.List;

/// Writes a tree with single blanks and no needless brackets. Each visit answers the strength of
/// what it writes.
final class Printer implements Node.Visitor<Integer> {
  private StringBuilder out = new StringBuilder();

  private Printer() {}

  static String print(Node node) {
    var printer = new Printer();
    node.accept(printer);
    return printer.out.toString();
  }

  /// Writes the operand, in brackets if it binds less strongly than wanted.
  private void operand(Node node, int atLeast) {
    StringBuilder outer = out;
    out = new StringBuilder();
    int strength = node.accept(this);
    StringBuilder inner = out;
    out = outer;
    if (strength < atLeast) {
      out.append('(').append(inner).append(')');
    } else {
      out.append(inner);
    }
  }

  private void list(List<Node> nodes) {
    out.append('(');
    for (int i = 0; i < nodes.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      nodes.get(i).accept(this);
    }
    out.append(')');
  }

  @Override
  public Integer number(NumberLiteral node) {
    out.append(node.text());
    return Parser.ATOM;
  }

  @Override
  public Integer text(TextLiteral node) {
    out.append('\'').append(node.value().replace("'", "''")).append('\'');
    return Parser.ATOM;
  }

  @Override
  public Integer column(ColumnName node) {
    String name = node.name();
    boolean plain =
        Tokenizer.wordStart(name.codePointAt(0))
            && name.codePoints().allMatch(Tokenizer::wordPart)
            && !Parser.RESERVED.contains(name);
    out.append(plain ? name : "[" + name.replace("]", "]]") + "]");
    return Parser.ATOM;
  }

  @Override
  public Integer negate(Negate node) {
    out.append('-');
    operand(node.operand(), Parser.NEGATION);
    return Parser.NEGATION;
  }

  @Override
  public Integer arithmetic(Arithmetic node) {
    Operation operation = node.operation();
    int strength =
        operation == Operation.ADD || operation == Operation.SUBTRACT ? Parser.SUM : Parser.PRODUCT;
    return infix(node.left(), strength, operation.symbol, node.right(), strength);
  }

  @Override
  public Integer compare(Compare node) {
    return infix(
        node.left(),
        Parser.COMPARISON + 1,
        node.comparison().symbol,
        node.right(),
        Parser.COMPARISON);
  }

  @Override
  public Integer junction(Junction node) {
    int strength = node.conjunction() ? Parser.AND : Parser.OR;
    return infix(node.left(), strength, node.conjunction() ? "and" : "or", node.right(), strength);
  }

  /// Operators group from the left, so that only the right operand must bind more strongly.
  private int infix(Node left, int leftStrength, String symbol, Node right, int strength) {
    operand(left, leftStrength);
    out.append(' ').append(symbol).append(' ');
    operand(right, strength + 1);
    return strength;
  }

  @Override
  public Integer not(Not node) {
    out.append("not ");
    operand(node.operand(), Parser.NOT);
    return Parser.NOT;
  }

  @Override
  public Integer isMissing(IsMissing node) {
    operand(node.operand(), Parser.COMPARISON + 1);
    out.append(node.negated() ? " is not missing" : " is missing");
    return Parser.COMPARISON;
  }

  @Override
  public Integer in(In node) {
    operand(node.operand(), Parser.COMPARISON + 1);
    out.append(node.negated() ? " not in " : " in ");
    list(node.values());
    return Parser.COMPARISON;
  }

  @Override
  public Integer call(Call node) {
    out.append(node.function().word);
    list(node.arguments());
    return Parser.ATOM;
  }
}
