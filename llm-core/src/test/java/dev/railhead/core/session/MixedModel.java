package dev.railhead.core.session;

import dev.railhead.gguf.GgufFile;
import dev.railhead.gguf.GgufWriter;
import dev.railhead.gguf.ValueType;
import dev.railhead.gguf.block.WeightTypes;
import dev.railhead.spi.Metadata;
import dev.railhead.spi.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Makes mixed quantized files of all families: the tensors and hyperparameters of a tiny reference model, all lengths larger, the
/// weights random and of several types. Only the tokenizer stays.
final class MixedModel {
    /// 1/√64, for heads of 64.
    private static final float T5_QUERIES = 0.125f;

    private final SplittableRandom random;

    private MixedModel(long seed) {
        random = new SplittableRandom(seed);
    }

    /// A file.
    ///
    /// @param tiny the reference model's file
    /// @param seed of the weights, and which types they have
    static byte[] of(byte[] tiny, int seed) {
        try (GgufFile file = open(tiny)) {
            var widening = new Widening(file.metadata());
            GgufWriter writer = new GgufWriter();
            for (String key : file.metadata().values().keySet()) {
                put(writer, file.metadata(), key, widening);
            }
            var model = new MixedModel(seed);
            WeightMixture mixture = WeightMixture.of(seed);
            for (Tensor tensor : file.tensors()) {
                long[] shape = widening.shape(tensor);
                writer.tensorRows(tensor.name(), mixture.type(tensor.name(), shape), shape,
                        (row, out) -> model.row(tensor.name(), shape, out));
            }
            return writer.toByteArray();
        }
    }

    /// The same file with all weights in single precision.
    static byte[] inSinglePrecision(byte[] mixed) {
        try (GgufFile file = open(mixed)) {
            GgufWriter writer = new GgufWriter();
            Metadata metadata = file.metadata();
            for (String key : metadata.values().keySet()) {
                put(writer, metadata, key, null);
            }
            for (Tensor tensor : file.tensors()) {
                int columns = Math.toIntExact(tensor.columns());
                long rowBytes = tensor.type().bytes(columns);
                writer.tensorRows(tensor.name(), WeightTypes.F32, tensor.shape(),
                        (row, out) -> tensor.type().decode(tensor.data(), row * rowBytes, out, 0, columns));
            }
            return writer.toByteArray();
        }
    }

    /// A file in memory of its own.
    static GgufFile open(byte[] bytes) {
        MemorySegment copy = Arena.ofAuto().allocate(bytes.length, 64);
        copy.copyFrom(MemorySegment.ofArray(bytes));
        return GgufFile.of("mixed", copy);
    }

    private static void put(GgufWriter writer, Metadata metadata, String key,
            @Nullable Widening widening) {
        boolean wider = widening != null && widening.isLength(key);
        Object value = metadata.get(key);
        switch (value) {
            case Long number when number < 0 -> writer.put(key, ValueType.INT32, number);
            case Long number -> writer.put(key, wider ? widening.length(number) : number);
            case Double number -> writer.put(key, number.floatValue());
            case Boolean bool -> writer.put(key, bool);
            case String text -> writer.put(key, text);
            case boolean[] array -> writer.putArray(key, ValueType.BOOL, array);
            case float[] array -> {
                double[] values = new double[array.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array[i];
                }
                writer.putArray(key, ValueType.FLOAT32, values);
            }
            case int[] array -> {
                LongStream values = Arrays.stream(array).asLongStream();
                writer.putArray(key, ValueType.INT32,
                        (wider ? values.map(widening::length) : values).toArray());
            }
            default -> writer.putArray(key, ValueType.STRING, metadata.strings(key).toArray(String[]::new));
        }
    }

    /// Norms about 1, factors above 0, the rates of a recurrence below 0; of matrices numbers with which a product has about the size
    /// of its input, and smaller ones for the queries of T5, whose scores are not scaled.
    private void row(String name, long[] shape, float[] out) {
        boolean factor = name.contains("scale") || name.contains("rope_f");
        float deviation = shape.length > 1 ? 1f / (float) Math.sqrt(shape[0]) : 0.1f;
        if (name.matches("(enc|dec)\\..*attn_q\\.weight")) {
            deviation *= T5_QUERIES;
        }
        for (int i = 0; i < out.length; i++) {
            if (name.contains("ssm_a") && !name.contains("alpha")) {
                out[i] = -0.1f - random.nextFloat();
            } else if (factor) {
                out[i] = 0.7f + random.nextFloat();
            } else if (name.contains("norm") && name.endsWith(".weight")) {
                out[i] = 1f + 0.1f * (float) random.nextGaussian();
            } else {
                out[i] = deviation * (float) random.nextGaussian();
            }
        }
    }
}
