package dev.railhead.core.jinja;

import dev.railhead.RenderedPrompt;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Templates of one line in tests.
final class Rendered {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-26T12:34:56Z"), ZoneOffset.UTC);

    private Rendered() {}

    static RenderedPrompt prompt(String source, Map<String, ? extends @Nullable Object> variables) {
        return prompt(source, variables, Limits.DEFAULTS);
    }

    static RenderedPrompt prompt(String source, Map<String, ? extends @Nullable Object> variables, Limits limits) {
        return Template.parse("chat template 'test'", source).render(variables, limits, CLOCK, System::nanoTime);
    }

    static String text(String source) {
        return prompt(source, Map.of()).text();
    }
}
