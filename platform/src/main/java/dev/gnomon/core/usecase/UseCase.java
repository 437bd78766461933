package dev.gnomon.core.usecase;

import java.nio.file.Path;

/// One decision to be made repeatedly, as stated in its `usecase.yaml`.
///
/// The components are the eight steps of the file. Everything here is parsed and checked for its
/// form; whether files and columns exist is found when the data are opened.
///
/// @param name `[a-z][a-z0-9-]{0,62}`
/// @param file the file it was read from, absolute; paths inside are already resolved against its
///   folder
/// @param source the text of the file, kept for the bundle
public record UseCase(
    String name,
    Stakes problem,
    Frame frame,
    DataSection data,
    FeatureSection features,
    ModelSection models,
    TrainingSection training,
    EvaluationSection evaluation,
    ProductionSection production,
    Path file,
    String source) {}
