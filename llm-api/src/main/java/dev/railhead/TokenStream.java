package dev.railhead;

import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A generation that is pulled token by token. Nothing is computed ahead: a slow reader costs nothing.
///
/// Used by one thread at a time. Closing it before its end cancels the generation and frees the session for other
/// calls.
public interface TokenStream extends Iterator<GeneratedToken>, AutoCloseable {
    /// The result, once [#hasNext()] has returned false or the stream was closed.
    Optional<GenerationResult> result();

    /// The remaining tokens as a sequential [Stream], whose close closes this.
    default Stream<GeneratedToken> asStream() {
        return StreamSupport
                .stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
                        false)
                .onClose(this::close);
    }

    @Override
    void close();
}
