package dev.railhead;

/// A prefill or decode was given up because its thread was interrupted; the interrupt flag stays set. Generations don't
/// throw this: they return what they have, with [FinishReason#CANCELLED].
public class CancelledException extends RailheadException {
    private static final long serialVersionUID = 1;

    /// @param message what, where, expected, found, remedy
    public CancelledException(String message) {
        super(message);
    }
}
