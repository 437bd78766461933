package dev.gnomon.training;

import java.util.OptionalLong;

/// Which rows of a training set serve which purpose. Rows are positions in the training set,
/// ascending; every row is in exactly one part, in a gap, or has no label.
///
/// @param train fits everything: preprocessing, models, calibration, operating points
/// @param validation chooses among the candidates
/// @param test is read once, for the chosen candidate
/// @param gaps labelled rows left out so that no outcome of one part falls into the time of another
/// @param unlabelled rows whose outcome is not known
/// @param validationFrom first time of the validation part, if cut by time
/// @param testFrom first time of the test part, if cut by time
/// @param testHash SHA-256 over key and time of the test rows: two results with the same hash were
///   measured on the same rows
public record Split(
    int[] train,
    int[] validation,
    int[] test,
    int gaps,
    int unlabelled,
    OptionalLong validationFrom,
    OptionalLong testFrom,
    String testHash) {}
