package dev.gnomon.tracking.search;

/// One key of an order. Whatever the direction, numbers come before NaN, and NaN before missing.
public record Order(Field field, boolean ascending) {}
