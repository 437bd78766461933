package dev.gnomon.features;

import dev.gnomon.core.Breaker;

/// How reads of a store outside of this process go, since the start.
///
/// @param connected whether it is connected and filled; while it is not, nothing is asked
/// @param breaker open while it is asked for nothing since too many reads failed
/// @param opened how often the breaker opened
/// @param rejected reads that the open breaker refused
/// @param full reads that were refused since too many waited
/// @param reads round trips that were begun, retries among them
/// @param failed those that failed
/// @param late those that gave no answer in the time there was
/// @param slow those that answered, but so slowly that the breaker counts them as failed
/// @param retries round trips that were tried again
/// @param spared retries that were left out, since the budget of retries was used up
public record StoreReadings(
    boolean connected,
    Breaker.State breaker,
    long opened,
    long rejected,
    long full,
    long reads,
    long failed,
    long late,
    long slow,
    long retries,
    long spared) {}
