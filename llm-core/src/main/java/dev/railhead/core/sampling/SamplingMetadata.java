package dev.railhead.core.sampling;

import dev.railhead.ModelFormatException;
import dev.railhead.SamplingDefaults;
import dev.railhead.spi.Metadata;

/// Reads the sampling parameters that a model file recommends: `general.sampling.{temp,top_k,top_p,min_p}`.
public final class SamplingMetadata {
    private static final String PREFIX = "general.sampling.";

    private SamplingMetadata() {}

    /// The recommended parameters; what the file leaves open is that of [SamplingDefaults#STANDARD]. A negative
    /// `top_k` keeps all, as in llama.cpp.
    ///
    /// @throws ModelFormatException if a value has the wrong type or is out of range
    public static SamplingDefaults read(Metadata metadata) {
        SamplingDefaults standard = SamplingDefaults.STANDARD;
        return new SamplingDefaults(
                number(metadata, "temp", standard.temperature(), Float.MAX_VALUE, "0 or more, finite"),
                topK(metadata, standard.topK()),
                number(metadata, "top_p", standard.topP(), 1, "0 to 1"),
                number(metadata, "min_p", standard.minP(), 1, "0 to 1"));
    }

    private static int topK(Metadata metadata, int standard) {
        String key = PREFIX + "top_k";
        return metadata.has(key) ? Math.max(0, metadata.integer(key, Integer.MIN_VALUE, Integer.MAX_VALUE)) : standard;
    }

    private static float number(Metadata metadata, String name, float standard, float max, String range) {
        String key = PREFIX + name;
        double value = metadata.number(key, standard);
        if (!(value >= 0 && value <= max)) { // also true for NaN
            throw metadata.error(key, "a number, " + range, Double.toString(value));
        }
        return (float) value;
    }
}
