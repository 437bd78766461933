package dev.gnomon.tracking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Part of a list.
///
/// @param next opaque; null on the last page
public record Page<T>(List<T> items, @Nullable String next) {}
