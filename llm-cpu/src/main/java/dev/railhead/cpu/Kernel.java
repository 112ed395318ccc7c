package dev.railhead.cpu;

import dev.railhead.KvCacheType;
import dev.railhead.cpu.simd.FloatTile;
import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.WeightType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A loop over vectors that the compiler has to translate before it is fast, and whether it has done so in this process.
/// Compiled code belongs to the process, so this does too.
///
/// @param name the operation and what it works on
/// @param rows a number of rows that runs it
record Kernel(String name, int rows) {
    static final Kernel RMS_NORM = new Kernel("rmsNorm", 1);
    static final Kernel SWI_GLU = new Kernel("swiGlu", 1);
    static final Kernel ADD = new Kernel("add", 1);

    /// Rows that stand for every step of more than one.
    static final int MANY = 8;

    /// Rows of the tiles that a prompt of 8 tokens goes through.
    static final int[] SHORT_PROMPT = {6, 2};

    /// Rows of tiles of 2 and of 1: a single row alone does not go through tiles.
    private static final int LAST_OF_MANY = 3;

    private static final Set<Kernel> COMPILED = ConcurrentHashMap.newKeySet();

    /// A matrix product.
    ///
    /// @param rows 1 for decode, else a size of tile or [#LAST_OF_MANY]
    static Kernel matmul(WeightType type, boolean mapped, int rows) {
        return new Kernel((mapped ? "mapped " : "packed ") + type.name(), rows);
    }

    /// Attention of one row, or of many.
    static Kernel attention(KvCacheType type, int rows) {
        return new Kernel("attention " + type, rows == 1 ? 1 : MANY);
    }

    /// Rows of all other tiles.
    static int[] otherRows() {
        return Width.TILE_ROWS == 12 ? new int[]{12, 4, LAST_OF_MANY} : new int[]{4, LAST_OF_MANY};
    }

    /// Whether every tile of so many rows is compiled.
    static boolean matmulCompiled(WeightType type, boolean mapped, int rows) {
        if (rows == 1) {
            return matmul(type, mapped, 1).isCompiled();
        }
        for (int left = rows, size; left > 0; left -= size) {
            size = FloatTile.size(left);
            if (!matmul(type, mapped, size == 1 ? LAST_OF_MANY : size).isCompiled()) {
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
