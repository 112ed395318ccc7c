package dev.railhead.core.session;

import dev.railhead.core.kv.KvSequence;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What a session holds of its model: pages and a lease. Given back by the session's close, or by a [Cleaner] when the
/// application lost the session without closing it; the log then says where it was opened.
final class SessionMemory implements Runnable {
    private static final System.Logger LOGGER = System.getLogger(SessionMemory.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();

    private final KvSequence sequence;
    private final KvSequence source;
    private final Leases leases;
    private final Throwable opened = new Throwable("the session was opened here");
    private final AtomicBoolean givenBack = new AtomicBoolean();
    private Cleaner.@Nullable Cleanable cleanable;

    SessionMemory(KvSequence sequence, Leases leases) {
        this.sequence = sequence;
        source = new KvSequence(sequence.pool());
        this.leases = leases;
        leases.take();
    }

    KvSequence sequence() {
        return sequence;
    }

    /// Keeps what a decoder reads of the source text; empty in other models.
    KvSequence source() {
        return source;
    }

    void watch(Object session) {
        cleanable = CLEANER.register(session, this);
    }

    void giveBack() {
        if (givenBack.compareAndSet(false, true)) {
            sequence.close();
            source.close();
            leases.giveBack();
        }
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    /// For the cleaner.
    @Override
    public void run() {
        if (!givenBack.get()) {
            LOGGER.log(System.Logger.Level.WARNING,
                    "a session was never closed; close sessions, for example with try-with-resources", opened);
            giveBack();
        }
    }
}
