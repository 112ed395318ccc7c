package dev.railhead.core.model;

import dev.railhead.core.kv.Step;
import dev.railhead.spi.Activations;
import dev.railhead.spi.Metadata;
import java.util.Arrays;
import java.util.List;

/// The angles of rotary position embedding (Su et al., "RoFormer", 2021): pair i at position p turns by `p ·
/// frequency[i]`,
/// with the scalings that stretch a model's context: linear (Chen et al., 2023), per-frequency factors (Llama 3,
/// LongRoPE)
/// and YaRN (Peng et al., 2023). Immutable.
final class Rope {
    /// llama.cpp makes a context a multiple of this, and then asks whether it is longer than the original one.
    private static final long CONTEXT_UNIT = 256;

    private final double[] frequencies; // [pairs]
    private final double amplitude;

    /// Angles without any scaling.
    ///
    /// @param pairs number of rotated pairs of a head
    /// @param base `rope.freq_base`
    static Rope unscaled(int pairs, double base) {
        return unscaled(pairs, base, 1);
    }

    /// Angles of which `rope.scaling.attn_factor` is all that the file's scaling has a say in.
    static Rope unstretched(Hyperparameters hp, int pairs, double base) {
        return unscaled(pairs, base, attentionFactor(hp));
    }

    private static Rope unscaled(int pairs, double base, double amplitude) {
        double[] frequencies = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            frequencies[i] = frequency(base, i, pairs);
        }
        return new Rope(frequencies, amplitude);
    }

    private static double attentionFactor(Hyperparameters hp) {
        return hp.positive("rope.scaling.attn_factor", 1);
    }

    private static double frequency(double base, int pair, int pairs) {
        return StrictMath.pow(base, -2.0 * pair / (2 * pairs));
    }

    private Rope(double[] frequencies, double amplitude) {
        this.frequencies = frequencies;
        this.amplitude = amplitude;
    }

    /// Angles as the file says.
    ///
    /// @param hyperparameters has the keys `rope.*`
    /// @param weights may have `rope_freqs.weight`, or `rope_factors_long.weight` and `rope_factors_short.weight`
    /// @param contextLength positions in use; decides between long and short factors
    static Rope of(Hyperparameters hyperparameters, Weights weights, int contextLength) {
        return of(hyperparameters, weights, contextLength, Yarn.DEFAULT);
    }

    /// As [#of(Hyperparameters, Weights, int)], with rules of YaRN that few families have.
    static Rope of(Hyperparameters hyperparameters, Weights weights, int contextLength, Yarn yarn) {
        return new Rope(hyperparameters, hyperparameters.ropeBase(),
                factors(hyperparameters, weights, contextLength), yarn);
    }

    /// Angles by another base, stretched as the file says, without factors from tensors.
    static Rope of(Hyperparameters hyperparameters, double base) {
        return new Rope(hyperparameters, base, ones(pairs(hyperparameters)), Yarn.DEFAULT);
    }

    /// Angles as the file says.
    ///
    /// @param factors divide the frequencies; as many as there are pairs, or more
    static Rope of(Hyperparameters hyperparameters, float[] factors) {
        return new Rope(hyperparameters, hyperparameters.ropeBase(), Arrays.copyOf(factors, pairs(hyperparameters)),
                Yarn.DEFAULT);
    }

    /// Rules of YaRN.
    ///
    /// @param betaFast rotations over the original context above which a frequency is kept
    /// @param betaSlow rotations below which it is fully interpolated
    /// @param scalesAmplitude whether cosine and sine are multiplied by YaRN's factor, or the attention's scale is
    /// @param logMultiplier `yarn_log_multiplier` where the family has it (Mistral 3), else 0
    record Yarn(double betaFast, double betaSlow, boolean scalesAmplitude, double logMultiplier) {
        Yarn(double betaFast, double betaSlow, boolean scalesAmplitude) {
            this(betaFast, betaSlow, scalesAmplitude, 0);
        }

        /// Fixed in llama.cpp for most families, whatever a file says.
        static final Yarn DEFAULT = new Yarn(32, 1, true);

        /// The amplitude of cosine and sine: 0.1 · ln(factor) + 1 (YaRN, equation 24), divided by the same with the multiplier.
        double scale(double factor) {
            double log = factor > 1 ? StrictMath.log(factor) : 0;
            return (1 + 0.1 * log) / (1 + 0.1 * logMultiplier * log);
        }
    }

    private Rope(Hyperparameters hp, double base, float[] factors, Yarn yarn) {
        int pairs = factors.length;
        String scaling = scaling(hp);
        double factor = factor(hp);
        frequencies = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            frequencies[i] = frequency(base, i, pairs) / factors[i];
        }
        double attentionFactor = attentionFactor(hp);
        switch (scaling) {
            case "none" -> amplitude = attentionFactor;
            case "linear", "longrope" -> { // `rope.scaling.factor` comes on top of long factors
                interpolate(factor);
                amplitude = attentionFactor;
            }
            case "yarn" -> {
                if (base <= 1) { // its logarithm divides
                    throw hp.metadata().error(hp.key("rope.freq_base"), "a number above 1 for YaRN",
                            Double.toString(base));
                }
                interpolateYarn(hp, base, factor, yarn);
                amplitude = yarn.scalesAmplitude ? attentionFactor * yarn.scale(factor) : attentionFactor;
            }
            default -> throw hp.metadata().error(hp.key("rope.scaling.type"), "none, linear, yarn or longrope",
                    "'" + scaling + "'");
        }
    }

    /// `rope.scaling.type`.
    static String scaling(Hyperparameters hp) {
        return hp.metadata().string(hp.key("rope.scaling.type"), "linear");
    }

    /// Number of rotated pairs of a head.
    static int pairs(Hyperparameters hp) {
        Metadata metadata = hp.metadata();
        String key = hp.key("rope.dimension_count");
        int keyLength = hp.keyLength();
        if (!metadata.has(key)) {
            if (keyLength % 2 != 0) {
                throw metadata.error(key, "an even number", "the head length " + keyLength);
            }
            return keyLength / 2;
        }
        int rotated = metadata.integer(key, 2, keyLength);
        if (rotated % 2 != 0) {
            throw metadata.error(key, "an even number", Integer.toString(rotated));
        }
        return rotated / 2;
    }

    /// The factor by which positions are stretched, `rope.scaling.factor`; 1 without, for 0, and with the type `none`.
    static double factor(Hyperparameters hp) {
        if (scaling(hp).equals("none")) {
            return 1;
        }
        String name = "rope.scaling.factor";
        return hp.positiveOrZero(hp.metadata().has(hp.key(name)) ? name : "rope.scale_linear", 1);
    }

    private static float[] factors(Hyperparameters hp, Weights weights, int contextLength) {
        int pairs = pairs(hp);
        for (String name : List.of("rope_freqs.weight", longOrShort(hp, contextLength))) {
            if (weights.has(name)) {
                return weights.positiveVector(name, pairs);
            }
        }
        return ones(pairs);
    }

    private static String longOrShort(Hyperparameters hp, int contextLength) {
        long inUse = (contextLength + CONTEXT_UNIT - 1) / CONTEXT_UNIT * CONTEXT_UNIT;
        return inUse > hp.originalContextLength() ? "rope_factors_long.weight" : "rope_factors_short.weight";
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1f);
        return ones;
    }

    private void interpolate(double factor) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= factor;
        }
    }

    private void interpolateYarn(Hyperparameters hp, double base, double factor, Yarn yarn) {
        int original = hp.originalContextLength();
        double low = Math.max(0, Math.floor(pairOfRotations(yarn.betaFast, base, original)));
        double high = Math.min(2 * frequencies.length - 1, Math.ceil(pairOfRotations(yarn.betaSlow, base, original)));
        for (int i = 0; i < frequencies.length; i++) {
            double kept = 1 - Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
            frequencies[i] = frequencies[i] / factor * (1 - kept) + frequencies[i] * kept;
        }
    }

    /// The pair whose angle makes that many rotations over the original context (YaRN, equation 22).
    private double pairOfRotations(double rotations, double base, int original) {
        return 2 * frequencies.length * StrictMath.log(original / (rotations * 2 * Math.PI))
                / (2 * StrictMath.log(base));
    }

    /// These angles for models that see images and share the pairs among the axes of a position (multimodal RoPE): in a text
    /// all axes but the fourth have the same position, and the fourth has 0. The shares repeat after as many pairs as all four
    /// have.
    ///
    /// @param sections pairs of each of the four axes; with less than three of them, or all 0, angles as they are
    /// @param interleaved whether the first three axes take pairs in turn, and what is left over is the fourth's, or each axis
    ///        takes its share at once
    Rope withSections(int[] sections, boolean interleaved) {
        int all = Arrays.stream(sections).sum();
        double[] shared = frequencies.clone();
        for (int pair = 0; pair < shared.length && sections.length >= 3 && all > 0; pair++) {
            int at = pair % all;
            boolean fourth = interleaved
                    ? at >= 3 * sections[at % 3]
                    : at >= sections[0] + sections[1] + sections[2];
            if (fourth) {
                shared[pair] = 0;
            }
        }
        return new Rope(shared, amplitude);
    }

    /// Number of rotated pairs of a head.
    int pairs() {
        return frequencies.length;
    }

    /// Computes cosine and sine of every pair for the positions of a step, in double precision.
    ///
    /// @param cos receives [rows][pairs]
    /// @param sin receives [rows][pairs]
    void angles(Step step, Activations cos, Activations sin) {
        int pairs = frequencies.length;
        for (int row = 0; row < step.rows(); row++) {
            for (int i = 0; i < pairs; i++) {
                double angle = step.position(row) * frequencies[i];
                cos.values[row * pairs + i] = (float) (StrictMath.cos(angle) * amplitude);
                sin.values[row * pairs + i] = (float) (StrictMath.sin(angle) * amplitude);
            }
        }
    }
}
