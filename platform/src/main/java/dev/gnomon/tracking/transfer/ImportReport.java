package dev.gnomon.tracking.transfer;

import java.util.List;

/// What an import brought.
///
/// @param runs new ones
/// @param known runs that were there already; what was missing of them was added
/// @param points of metrics read
/// @param models registered ones
/// @param notes what could not be taken over as it was
public record ImportReport(
    int studies,
    int runs,
    int known,
    long points,
    int models,
    int versions,
    int loggedModels,
    List<String> notes) {}
