package dev.railhead.core.kv;

/// The states of the recurrent layers of a sequence, and a copy of them from earlier. The states follow a number of
/// tokens; while a step changes them, and for good when it fails, it is unknown how many.
final class RecurrentState {
    private static final int UNKNOWN = -1;

    private final float[][] states; // [layers][length of the layer's state]
    private final float[][] copy;
    private int length;
    private int copyLength; // 0 if there is no copy: nothing is before the zeros of length 0

    /// Two times zeros, `float[layers][length of the layer's state]`.
    RecurrentState(float[][] states, float[][] copy) {
        this.states = states;
        this.copy = copy;
    }

    /// The state of a layer, about to be changed.
    float[] change(int layer) {
        length = UNKNOWN;
        return states[layer];
    }

    /// Says that the states follow so many tokens now.
    void complete(int tokens) {
        length = tokens;
    }

    /// Copies the states, unless a step has left them unknown.
    void keep() {
        if (length != UNKNOWN && length != copyLength) {
            copy(states, copy);
            copyLength = length;
        }
    }

    /// The most tokens, up to a number, that there is a state after; 0 means the zeros of the beginning.
    int resumable(int tokens) {
        if (length == tokens) {
            return tokens;
        }
        return copyLength <= tokens ? copyLength : 0;
    }

    /// Makes the states those after so many tokens, which [#resumable(int)] has named.
    void resume(int tokens) {
        if (length != tokens) {
            copy(copy, states);
            length = tokens;
        }
    }

    private static void copy(float[][] from, float[][] to) {
        for (int layer = 0; layer < from.length; layer++) {
            System.arraycopy(from[layer], 0, to[layer], 0, from[layer].length);
        }
    }
}
