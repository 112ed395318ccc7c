package dev.railhead.core.jinja;

/// A variable that counts as text of the template: the vocabulary's special tokens, the names of the usual roles.
public record TrustedText(String text) {}
