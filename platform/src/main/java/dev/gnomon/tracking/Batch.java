package dev.gnomon.tracking;

import java.util.List;

/// What is logged of a run at once. Items of one kind are applied in order.
public record Batch(List<Metric> metrics, List<Tag> params, List<Tag> tags) {}
