package dev.railhead.core.kv;

/// A step was given up between two layers. Never reaches the application; carries no stack trace, since it is thrown to
/// be caught.
public final class StepCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StepCancelledException() {
        super("cancelled", null, false, false);
    }
}
