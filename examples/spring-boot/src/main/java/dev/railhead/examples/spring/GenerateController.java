package dev.railhead.examples.spring;

import dev.railhead.GenerationOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// The HTTP side: parameters in, a stream of events out.
@RestController
class GenerateController {
    private final TokenStreamer streamer;

    GenerateController(TokenStreamer streamer) {
        this.streamer = streamer;
    }

    /// Events `token` with `{"text": …}`, then one `done` with `{"finishReason": …, "tokens": …}` or one `error` with
    /// `{"message": …}`. Text is JSON because a server-sent event can't hold line breaks or a leading space as they are.
    @GetMapping(path = "/generate", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter generate(@RequestParam String prompt, @RequestParam(defaultValue = "128") int maxTokens,
            @RequestParam(required = false) @Nullable Double temperature,
            @RequestParam(required = false) @Nullable Long seed) {
        if (prompt.isEmpty()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "prompt: expected a text, found an empty one");
        }
        return streamer.stream(prompt, options(maxTokens, temperature, seed));
    }

    private static GenerationOptions options(int maxTokens, @Nullable Double temperature, @Nullable Long seed) {
        try {
            GenerationOptions.Builder options = GenerationOptions.builder().maxTokens(maxTokens);
            if (temperature != null) {
                options.temperature(temperature);
            }
            if (seed != null) {
                options.seed(seed);
            }
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
        }
    }
}
