package dev.gnomon.tracking;

/// A named text: a tag or a parameter.
public record Tag(String key, String value) {}
