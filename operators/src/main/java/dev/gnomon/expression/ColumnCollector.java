package dev.gnomon.expression;

import java.util.List;
import java.util.Set;

/// Notes the columns of a tree, from left to right.
record ColumnCollector(Set<String> found) implements Node.Visitor<Boolean> {
  private boolean all(List<Node> nodes) {
    nodes.forEach(node -> node.accept(this));
    return true;
  }

  @Override
  public Boolean number(Node.NumberLiteral node) {
    return true;
  }

  @Override
  public Boolean text(Node.TextLiteral node) {
    return true;
  }

  @Override
  public Boolean column(Node.ColumnName node) {
    return found.add(node.name());
  }

  @Override
  public Boolean negate(Node.Negate node) {
    return node.operand().accept(this);
  }

  @Override
  public Boolean arithmetic(Node.Arithmetic node) {
    return all(List.of(node.left(), node.right()));
  }

  @Override
  public Boolean compare(Node.Compare node) {
    return all(List.of(node.left(), node.right()));
  }

  @Override
  public Boolean junction(Node.Junction node) {
    return all(List.of(node.left(), node.right()));
  }

  @Override
  public Boolean not(Node.Not node) {
    return node.operand().accept(this);
  }

  @Override
  public Boolean isMissing(Node.IsMissing node) {
    return node.operand().accept(this);
  }

  @Override
  public Boolean in(Node.In node) {
    return node.operand().accept(this);
  }

  @Override
  public Boolean call(Node.Call node) {
    return all(node.arguments());
  }
}
