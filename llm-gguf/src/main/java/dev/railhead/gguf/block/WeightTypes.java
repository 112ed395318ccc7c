package dev.railhead.gguf.block;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The weight types that can be read. Adding one is its file and its line in [#ALL].
public final class WeightTypes {
    /// Single precision.
    public static final BlockType F32 = new F32();

    private static final ImmutableList<BlockType> ALL = ImmutableList.of(F32, new F16(), new BF16(), new Q8_0(),
            new Q4_0(), new Q4_1(), new Q5_0(), new Q5_1(), new Q2_K(), new Q3_K(), new Q4_K(), new Q5_K(), new Q6_K(),
            new IQ1_S(), new IQ1_M(), new IQ2_XXS(), new IQ2_XS(), new IQ2_S(), new IQ3_XXS(), new IQ3_S(),
            new IQ4_NL(), new IQ4_XS(), new MXFP4(), new NVFP4(), new TQ1_0(), new TQ2_0(), new Q1_0(), new Q2_0());

    private static final ImmutableMap<Integer, BlockType> BY_ID = Maps.uniqueIndex(ALL, BlockType::id);
    private static final ImmutableMap<String, BlockType> BY_NAME = Maps.uniqueIndex(ALL, BlockType::name);

    /// Types of activations and of plain numbers, which no matrix has, and those that llama.cpp has retired.
    private static final ImmutableMap<Integer, String> OTHERS = ImmutableMap.<Integer, String>builder().put(4, "Q4_2")
            .put(5, "Q4_3").put(9, "Q8_1").put(15, "Q8_K").put(24, "I8").put(25, "I16").put(26, "I32").put(27, "I64")
            .put(28, "F64").put(31, "Q4_0_4_4").put(32, "Q4_0_4_8").put(33, "Q4_0_8_8").put(36, "IQ4_NL_4_4")
            .put(37, "IQ4_NL_4_8").put(38, "IQ4_NL_8_8").buildOrThrow();

    private WeightTypes() {}

    /// All types that can be read.
    public static ImmutableList<BlockType> all() {
        return ALL;
    }

    /// The type of an id in a GGUF file, or null.
    public static @Nullable BlockType byId(int id) {
        return BY_ID.get(id);
    }

    /// The type of a name in GGUF's spelling.
    ///
    /// @throws IllegalArgumentException if there is none
    public static BlockType byName(String name) {
        BlockType type = BY_NAME.get(name);
        if (type == null) {
            throw new IllegalArgumentException(
                    "weight type: expected one of " + BY_NAME.keySet() + ", found '" + name + "'");
        }
        return type;
    }

    /// The name of a type that exists in the format, whether it can be read or not.
    public static Optional<String> nameOf(int id) {
        BlockType type = BY_ID.get(id);
        return Optional.ofNullable(type != null ? type.name() : OTHERS.get(id));
    }
}
