package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.Prefetch;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Codes with scales: chunks of scales followed by codes.
final class CodeMatrix extends StoredMatrix {
    /// Bytes that are fetched ahead at once: many, because the first lines of each fetch
    /// are waited for, but no more than a small part of any second level cache.
    static final int PREFETCH_BYTES = 1 << 17;

    private final CodeLayout layout;
    private final CodeForm codes;
    private final ScaleForm scales;
    private final int chunkLength;
    private final long chunkBytes;
    private final long panelBytes;
    private final int prefetchLength;

    /// Bytes of the scales of a whole chunk.
    private final int scaleBytes;

    CodeMatrix(Tensor tensor, ScaleForm scales, MemorySegment data) {
        super(tensor, data);
        this.scales = scales;
        layout = layout(tensor.type());
        codes = CodeForm.of(layout);
        chunkLength = chunkLength(tensor.type());
        scaleBytes = scales.bytes(chunkLength);
        chunkBytes = scaleBytes + codes.bytes(chunkLength);
        panelBytes = data.byteSize() / panels();
        prefetchLength = (int) Math.max(1, PREFETCH_BYTES / chunkBytes) * chunkLength;
    }

    static CodeLayout layout(WeightType type) {
        return Objects.requireNonNull(type.codes(), type.name());
    }

    /// A whole number of blocks.
    static int chunkLength(WeightType type) {
        return CHUNK % type.blockSize() == 0 ? CHUNK : type.blockSize();
    }

    /// The scales as the file has them.
    static ScaleForm scaleForm(WeightType type) {
        CodeLayout layout = layout(type);
        return switch (layout.scales()) {
            case HALF -> new HalfScales(layout.groupSize(), layout.hasMins());
            case FLOAT -> new FloatScales(layout.groupSize(), type.blockSize(), layout.hasMins());
            case SUPER -> type.blockSize() == chunkLength(type)
                    ? new SuperScales(layout.groupSize(), layout.hasMins())
                    : exactScaleForm(type);
        };
    }

    /// A form that holds any scales: products of a block's and a group's scale in single precision.
    static ScaleForm exactScaleForm(WeightType type) {
        CodeLayout layout = layout(type);
        return new FloatScales(layout.groupSize(), layout.groupSize(), layout.hasMins());
    }

    static long panelBytes(WeightType type, ScaleForm scales, long columns) {
        int chunk = chunkLength(type);
        CodeForm codes = CodeForm.of(layout(type));
        int rest = (int) (columns % chunk);
        long chunkBytes = (long) scales.bytes(chunk) + codes.bytes(chunk);
        return Math.addExact(Math.multiplyExact(columns / chunk, chunkBytes), scales.bytes(rest) + codes.bytes(rest));
    }

    /// Packs one panel.
    ///
    /// @return false if the scale form can't hold a value
    boolean pack(int panel, CodeBuffer buffer) {
        return buffer.rows.pack(panel * PANEL, panelRows(panel),
                (from, inRun, length) -> packChunk(panel, from, inRun, length, buffer));
    }

    private boolean packChunk(int panel, int from, int inRun, int length, CodeBuffer buffer) {
        buffer.codes.decode(buffer.rows, panelRows(panel), inRun, length);
        boolean exact = scales.pack(buffer.codes, length, buffer.chunk, 0);
        codes.pack(buffer.codes, length, buffer.chunk, scales.bytes(length));
        MemorySegment.copy(buffer.chunk, 0, data(), ValueLayout.JAVA_BYTE, chunkAt(panel, from),
                scales.bytes(length) + codes.bytes(length));
        return exact;
    }

    /// Makes working memory for one thread that packs.
    CodeBuffer buffer(Tensor tensor) {
        return new CodeBuffer(new PanelBytes(tensor, chunkLength), new PanelCodes(tensor.type(), layout, chunkLength),
                new byte[Math.toIntExact(chunkBytes)]);
    }

    /// @param rows as the file has them
    /// @param codes a chunk of them, decoded
    /// @param chunk the same, packed
    record CodeBuffer(PanelBytes rows, PanelCodes codes, byte[] chunk) {}

    private long chunkAt(int panel, int from) {
        return panel * panelBytes + from / chunkLength * chunkBytes;
    }

    @Override
    String form() {
        return scales.name();
    }

    @Override
    public int chunkLength() {
        return chunkLength;
    }

    @Override
    public ActivationTiles.Input input() {
        return codes.input();
    }

    @Override
    public ActivationTiles.Input singleInput() {
        return ActivationTiles.Input.PAIRS;
    }

    @Override
    public void begin(int panel, int from, int length, PanelScratch out) {
        MemorySegment data = data();
        long at = chunkAt(panel, from);
        if (from % prefetchLength == 0) {
            long bytes = prefetchLength / chunkLength * chunkBytes;
            out.prefetched = Prefetch.lines(data, at, Math.min(bytes, (panel + 1) * panelBytes - at));
        }
        boolean whole = length == chunkLength;
        int before = whole ? scaleBytes : scales.bytes(length);
        out.begin(data, at, whole ? chunkBytes : before + codes.bytes(length));
        out.codesAt = out.packedAt + before;
        scales.expand(out.packed, out.packedAt, length, out.scales, out.mins);
    }

    @Override
    public void unpack(int panel, int from, int length, boolean few, PanelScratch out) {
        if (few) {
            codes.unpackFew(out.packed, out.codesAt, length, out);
        } else {
            codes.unpack(out.packed, out.codesAt, length, out);
        }
    }

    @Override
    public void multiply(PanelScratch chunk, int panelRows, ActivationTiles x, int start, int size, int from,
            int length,
            float[] acc) {
        codes.multiply(chunk, panelRows, x, start, size, columns(), from, length, acc);
    }

    @Override
    public boolean decode(int panel, int from, int length, ActivationTiles x, int start, PanelScratch scratch,
            float[] acc) {
        codes.decode(scratch.packed, scratch.codesAt, x, start, columns(), from, length,
                scratch, acc);
        return true;
    }

    @Override
    public void row(int row, float[] out, int offset) {
        int groupSize = layout.groupSize();
        byte[] rowCodes = new byte[columns()];
        float[] rowScales = new float[columns() / groupSize];
        float[] rowMins = new float[rowScales.length];
        codes(row, rowCodes, rowScales, rowMins);
        for (int g = 0; g < rowScales.length; g++) {
            for (int k = g * groupSize; k < (g + 1) * groupSize; k++) {
                out[offset + k] = rowScales[g] * rowCodes[k] - rowMins[g];
            }
        }
    }

    @Override
    public void codes(int row, byte[] outCodes, float[] outScales, float[] outMins) {
        MemorySegment data = data();
        int panel = row / PANEL;
        int lane = row % PANEL;
        for (int from = 0; from < columns(); from += chunkLength) {
            int length = Math.min(chunkLength, columns() - from);
            long at = chunkAt(panel, from);
            long codesAt = at + scales.bytes(length);
            for (int k = 0; k < length; k++) {
                outCodes[from + k] = (byte) codes.code(data, codesAt, length, k, lane);
            }
            for (int g = 0; g < length / layout.groupSize(); g++) {
                outScales[from / layout.groupSize() + g] = scales.scale(data, at, length, g, lane);
                outMins[from / layout.groupSize() + g] = scales.min(data, at, length, g, lane);
            }
        }
    }
}
