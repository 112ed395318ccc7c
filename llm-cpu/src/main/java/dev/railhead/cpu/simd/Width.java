package dev.railhead.cpu.simd;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// The vector width of this process: what the processor prefers, or the system property `dev.railhead.vectorBits` (128,
/// 256 or 512), read once. Results don't depend on it.
public final class Width {
    /// Names the width in bits.
    public static final String PROPERTY = "dev.railhead.vectorBits";

    /// Bits of a vector.
    public static final int BITS = bits(System.getProperty(PROPERTY), FloatVector.SPECIES_PREFERRED.vectorBitSize());

    /// Lanes of `float`.
    public static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));

    /// Lanes of `int`, as many as of `float`.
    public static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));

    /// Lanes of `short`, two for each of `float`.
    public static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(BITS));

    /// Half a vector of bytes: widens to a vector of [#SHORTS].
    public static final VectorSpecies<Byte> HALF_BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 2));

    /// As many bytes as there are lanes of `float`, or twice as many with 128 bits, because there is no smaller vector.
    public static final VectorSpecies<Byte> FLOAT_BYTES = VectorSpecies.of(byte.class,
            VectorShape.forBitSize(Math.max(64, BITS / 4)));

    /// Bytes that are looked up in a table of 16 at once: half a panel, or a vector of 128 bits, which holds the table.
    public static final VectorSpecies<Byte> TABLE_BYTES = VectorSpecies.of(byte.class,
            VectorShape.forBitSize(Math.min(256, BITS)));

    /// Number of `float` lanes.
    public static final int LANES = BITS / Float.SIZE;

    /// Half a vector of shorts: widens to a vector of [#FLOATS].
    public static final VectorSpecies<Short> HALF_SHORTS = VectorSpecies.of(short.class,
            VectorShape.forBitSize(BITS / 2));

    /// Number of `short` lanes.
    public static final int SHORT_LANES = BITS / Short.SIZE;

    /// Activation rows in the largest tile of [FloatTile] and [ShortTile]: two vectors of weights by so many rows stay in
    /// registers. AVX2 has 16 of them, AVX-512 and NEON 32. Sums of 6 rows just fit 16, but the compiler spills then.
    public static final int TILE_ROWS = BITS == 256 ? 4 : 12;

    /// The order of bytes in packed weights and in pages of keys and values.
    public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Width() {}

    static int bits(@Nullable String asked, int preferred) {
        int fallback = Math.clamp(Integer.highestOneBit(preferred), 128, 512);
        if (asked == null || asked.equals("128") || asked.equals("256") || asked.equals("512")) {
            return asked == null ? fallback : Integer.parseInt(asked);
        }
        Logger logger = System.getLogger(Width.class.getName());
        logger.log(Level.WARNING, "system property {0}: expected 128, 256 or 512, found ''{1}''; using {2}", PROPERTY,
                asked, Integer.toString(fallback));
        return fallback;
    }
}
