package dev.gnomon.tracking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A search as clients ask it.
///
/// @param filter in MLflow's grammar; empty for everything
/// @param orderBy each an identifier, with `ASC` or `DESC` behind it or not
/// @param most the size of a page
/// @param token of the page before; null for the first page
public record Search(
    String filter, List<String> orderBy, View view, int most, @Nullable String token) {}
