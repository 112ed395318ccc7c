package dev.railhead.core.session;

import dev.railhead.FinishReason;
import dev.railhead.GeneratedToken;
import dev.railhead.GenerationResult;
import dev.railhead.TokenStream;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A generation that advances when it is asked. The session belongs to it until its end; the session's guard sees to it
/// that one thread at a time asks, and [#close()] may come from any thread.
final class PulledGeneration implements TokenStream {
    private final Generation generation;
    private final UseGuard guard;
    private @Nullable GeneratedToken ahead; // computed by hasNext, not taken yet
    private volatile boolean closed;
    private volatile boolean ended;

    /// Reserves the session.
    PulledGeneration(Generation generation, UseGuard guard) {
        this.generation = generation;
        this.guard = guard;
        guard.begin(this);
        try {
            guard.own(this);
        } finally {
            guard.end();
        }
    }

    @Override
    public boolean hasNext() {
        return pull(false) != null && !closed;
    }

    @Override
    public GeneratedToken next() {
        GeneratedToken token = pull(true);
        if (token == null) {
            throw new NoSuchElementException("the generation has ended");
        }
        return token;
    }

    private @Nullable GeneratedToken pull(boolean take) {
        GeneratedToken token = ended ? null : advance(take);
        if (closed) {
            giveUp(); // the close that came meanwhile left it to this call
        }
        return token;
    }

    private @Nullable GeneratedToken advance(boolean take) {
        guard.begin(this);
        try {
            if (ahead == null && !ended) {
                ahead = generation.advance();
                end(ahead == null);
            }
            GeneratedToken token = ahead;
            if (take) {
                ahead = null;
            }
            return token;
        } catch (Throwable t) {
            generation.rollBack();
            end(true);
            throw t;
        } finally {
            guard.end();
        }
    }

    private void end(boolean hasEnded) {
        if (hasEnded) {
            ended = true;
            guard.disown(this);
        }
    }

    @Override
    public Optional<GenerationResult> result() {
        return ended ? Optional.ofNullable(generation.result()) : Optional.empty();
    }

    @Override
    public void close() {
        generation.cancel();
        closed = true;
        giveUp();
    }

    /// Ends a stream that was closed. While a call runs in it, that call does it when it leaves.
    private void giveUp() {
        if (!ended && guard.beginIfIdle()) {
            try {
                if (!ended) {
                    ahead = null;
                    generation.finish(FinishReason.CANCELLED);
                    end(true);
                }
            } finally {
                guard.end();
            }
        }
    }
}
