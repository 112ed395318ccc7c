package dev.railhead.cpu;

import dev.railhead.KvCacheType;
import dev.railhead.cpu.simd.ByteTile;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.Activation;
import dev.railhead.spi.WeightType;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A loop over vectors that the compiler has to translate before it is fast, and whether it has done so in this process.
/// Compiled code belongs to the process, so this does too.
///
/// @param name the operation and what it works on
/// @param rows a number of rows that runs it
record Kernel(String name, int rows) {
    static final Kernel RMS_NORM = new Kernel("rmsNorm", 1);
    static final Kernel LAYER_NORM = new Kernel("layerNorm", 1);
    static final Kernel SOFTCAP = new Kernel("softcap", 1);
    static final Kernel ADD = new Kernel("add", 1);

    /// Rows that stand for every step of more than one.
    static final int MANY = 8;

    private static final Set<Kernel> COMPILED = ConcurrentHashMap.newKeySet();

    /// A matrix product.
    ///
    /// @param rows 1 for decode, else one of [#fewRows] or [#manyRows]
    static Kernel matmul(WeightType type, boolean mapped, int rows) {
        return new Kernel((mapped ? "mapped " : "packed ") + type.name(), rows);
    }

    /// Attention of one row, or of many.
    static Kernel attention(KvCacheType type, boolean softcap, int rows) {
        return new Kernel((softcap ? "softcapped attention " : "attention ") + type, rows == 1 ? 1 : MANY);
    }

    /// A function, alone or of a gate.
    static Kernel activation(Activation function) {
        return new Kernel("activation " + function, 1);
    }

    /// Numbers of rows that run the tiles of few rows, one each, the largest first.
    static int[] fewRows() {
        return ByteTile.size(8) == 8 ? new int[]{8, 4} : new int[]{4};
    }

    /// Numbers of rows that together run all tiles of many rows.
    static int[] manyRows() {
        return Width.TILE_ROWS == 12 ? new int[]{2 * 12, 12 + 8, 2 * 12 + 4 + 2 + 1} : new int[]{6 * 4 + 2 + 1};
    }

    /// Whether all that so many rows run is compiled.
    static boolean matmulCompiled(WeightType type, boolean mapped, int rows) {
        if (rows > MatmulInput.FEW_ROWS) {
            return Arrays.stream(manyRows()).allMatch(count -> matmul(type, mapped, count).isCompiled());
        }
        for (int left = rows, size; left > 0; left -= size) {
            size = ByteTile.size(left);
            if (!matmul(type, mapped, size).isCompiled()) {
                return false;
            }
        }
        return true;
    }

    boolean isCompiled() {
        return COMPILED.contains(this);
    }

    void setCompiled() {
        COMPILED.add(this);
    }
}
