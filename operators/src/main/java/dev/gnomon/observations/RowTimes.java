package dev.gnomon.observations;

/// The times of rows, of one key after the other, each in canonical order. The arrays are not
/// copied, and may be longer than there are rows.
///
/// @param event when it happened, microseconds
/// @param known when it could have been known
/// @param active the first observation time that sees the row: the greater of known-at and event
///   time + 1; the smallest long for what was always there
public record RowTimes(long[] event, long[] known, long[] active) {}
