package dev.railhead.cli;

import dev.railhead.Cancellation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// Turns Ctrl-C into a [Cancellation]: the first one ends the running generation, a second one before that took effect
/// ends the process, and one while nothing runs calls a hook. Closing restores what Ctrl-C did before.
///
/// `sun.misc.Signal` is the JDK's only way to handle a signal and go on. It is reached by reflection because javac warns
/// about a direct use in a way that can't be switched off, and because a JDK without it only loses this comfort.
final class Interrupts implements AutoCloseable {
    private final Runnable whenIdle;
    private volatile @Nullable Cancellation running;
    private @Nullable Object previous;

    private Interrupts(Runnable whenIdle) {
        this.whenIdle = whenIdle;
    }

    /// Handles Ctrl-C from now on.
    ///
    /// @param whenIdle called by another thread when nothing is running
    static Interrupts install(Runnable whenIdle) {
        Interrupts interrupts = new Interrupts(whenIdle);
        interrupts.previous = exchangeHandler(interrupts.asHandler());
        return interrupts;
    }

    /// The cancellation for work that begins now.
    Cancellation begin() {
        Cancellation cancellation = new Cancellation();
        running = cancellation;
        return cancellation;
    }

    /// The work has ended.
    void end() {
        running = null;
    }

    /// What Ctrl-C does.
    void interrupt() {
        Cancellation cancellation = running;
        if (cancellation == null) {
            whenIdle.run();
        } else if (cancellation.isCancelled()) {
            Runtime.getRuntime().halt(Llm.INTERRUPTED);
        } else {
            cancellation.cancel();
        }
    }

    @Override
    public void close() {
        if (previous != null) {
            exchangeHandler(previous);
            previous = null;
        }
    }

    private @Nullable Object asHandler() {
        try {
            MethodHandle interrupt = MethodHandles.lookup().bind(this, "interrupt", MethodType.methodType(void.class));
            return MethodHandleProxies.asInterfaceInstance(Class.forName("sun.misc.SignalHandler"),
                    MethodHandles.dropArguments(interrupt, 0, Class.forName("sun.misc.Signal")));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /// Makes `handler` the handler of SIGINT.
    ///
    /// @return the previous one; null if signals can't be handled here (for example with -Xrs)
    private static @Nullable Object exchangeHandler(@Nullable Object handler) {
        if (handler == null) {
            return null;
        }
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
            return handle.invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
