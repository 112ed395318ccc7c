package dev.railhead.examples.spring;

import dev.railhead.Cancellation;
import dev.railhead.GenerationOptions;
import dev.railhead.GenerationResult;
import dev.railhead.Model;
import dev.railhead.Session;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Runs generations, each with a session and a virtual thread of its own, and sends their tokens as events. A client
/// that goes away ends its generation.
@Service
class TokenStreamer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStreamer.class);
    /// The generation has a timeout of its own.
    private static final long NO_TIMEOUT = 0;

    private final Model model;
    private final GenerateProperties properties;
    private final ApplicationEventPublisher events;
    private final Semaphore free;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TokenStreamer(Model model, GenerateProperties properties, ApplicationEventPublisher events) {
        this.model = model;
        this.properties = properties;
        this.events = events;
        free = new Semaphore(properties.maxConcurrent());
    }

    /// Starts a generation and returns at once.
    ///
    /// @throws ResponseStatusException 503 if too many are running
    SseEmitter stream(String prompt, GenerationOptions options) {
        if (!free.tryAcquire()) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
                    properties.maxConcurrent() + " generations are running: try again later");
        }
        SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
        Cancellation cancellation = new Cancellation();
        emitter.onError(error -> cancellation.cancel());
        emitter.onCompletion(cancellation::cancel);
        threads.execute(() -> {
            try {
                generate(prompt, options.toBuilder().cancellation(cancellation).timeout(properties.timeout()).build(),
                        emitter, cancellation);
            } finally {
                free.release();
            }
        });
        return emitter;
    }

    private void generate(String prompt, GenerationOptions options, SseEmitter emitter, Cancellation cancellation) {
        try (Session session = model.newSession()) {
            GenerationResult result = session.generate(prompt, options,
                    token -> send(emitter, cancellation, "token", Map.of("text", token.text())));
            send(emitter, cancellation, "done",
                    Map.of("finishReason", result.finishReason(), "tokens", result.tokens().length));
            events.publishEvent(new GenerationFinished(result.finishReason(), result.tokens().length));
        } catch (RuntimeException e) {
            LOG.warn("generation failed", e);
            send(emitter, cancellation, "error", Map.of("message", String.valueOf(e.getMessage())));
        }
        emitter.complete();
    }

    private static void send(SseEmitter emitter, Cancellation cancellation, String event, Map<String, ?> data) {
        if (cancellation.isCancelled()) {
            return;
        }
        try {
            emitter.send(SseEmitter.event().name(event).data(data));
        } catch (IOException | IllegalStateException e) {
            cancellation.cancel(); // the client is gone: nobody reads what would follow
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
