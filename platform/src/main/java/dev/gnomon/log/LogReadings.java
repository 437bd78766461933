package dev.gnomon.log;

import java.time.Duration;
import java.util.Optional;

/// What a log says about itself at one moment, for metrics and health.
///
/// @param end everything below was appended and can be read
/// @param forced everything below is on disk
/// @param sinceForce time since the last force ended; grows while nothing is appended
/// @param unforced upper bound of the age of the oldest record not yet forced; zero if there is
///   none
/// @param lastForce how long the last force took
/// @param segments files on disk that hold or may hold records
/// @param full why the next segment could not be allocated, if so: appends fail once the current
///   one is used up
public record LogReadings(
    long end,
    long forced,
    Duration sinceForce,
    Duration unforced,
    Duration lastForce,
    int segments,
    Optional<String> full) {}
