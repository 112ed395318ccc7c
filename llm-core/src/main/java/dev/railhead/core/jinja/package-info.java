/// The template language of chat templates: Jinja as Python's jinja2 renders it with the settings that models are
/// published with, as a sandbox by construction. Strings know which of their characters are the template's own.
@NullMarked
package dev.railhead.core.jinja;

import org.jspecify.annotations.NullMarked;
