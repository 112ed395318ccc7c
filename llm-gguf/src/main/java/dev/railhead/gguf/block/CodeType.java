package dev.railhead.gguf.block;

import dev.railhead.spi.CodeBlocks;
import dev.railhead.spi.CodeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A weight type of small integers. A subclass says how one block is taken apart and put together; everything else
/// follows from that, so `decode` and `decodeCodes` can't disagree.
abstract class CodeType implements BlockType {
    /// Bytes copied from the file at once: few enough for the first level cache, enough to make the copy cheap.
    private static final int CHUNK_BYTES = 8192;

    private final String name;
    private final int id;
    private final int blockSize;
    private final int blockBytes;
    private final CodeLayout layout;

    CodeType(String name, int id, int blockSize, int blockBytes, CodeLayout layout) {
        this.name = name;
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.layout = layout;
    }

    /// Takes a block apart.
    ///
    /// @param block bytes of blocks
    /// @param at where the block begins
    /// @param out receives the block
    /// @param index which block of `out` it becomes
    abstract void unpack(byte[] block, int at, CodeBlocks out, int index);

    /// Puts a block together.
    ///
    /// @param in values
    /// @param from the block's first value
    /// @param block receives the bytes; zero where the block goes
    /// @param at where the block begins
    abstract void pack(float[] in, int from, byte[] block, int at);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int id() {
        return id;
    }

    @Override
    public final int blockSize() {
        return blockSize;
    }

    @Override
    public final int blockBytes() {
        return blockBytes;
    }

    @Override
    public final Form form() {
        return Form.CODES;
    }

    @Override
    public final CodeLayout codes() {
        return layout;
    }

    @Override
    public final void decodeCodes(byte[] data, int offset, int count, CodeBlocks out, int first) {
        for (int i = 0; i < count; i++) {
            unpack(data, offset + i * blockBytes, out, first + i);
        }
    }

    @Override
    public final void decode(MemorySegment data, long offset, float[] out, int outOffset, int count) {
        int blocks = checkedBlocks(out.length, outOffset, count);
        int chunk = Math.min(blocks, Math.max(1, CHUNK_BYTES / blockBytes));
        byte[] bytes = new byte[chunk * blockBytes];
        CodeBlocks codes = new CodeBlocks(this, chunk);
        for (int block = 0; block < blocks; block += chunk) {
            int n = Math.min(chunk, blocks - block);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + (long) block * blockBytes, bytes, 0,
                    n * blockBytes);
            decodeCodes(bytes, 0, n, codes, 0);
            for (int i = 0; i < n; i++) {
                expand(codes, i, out, outOffset + (block + i) * blockSize);
            }
        }
    }

    private void expand(CodeBlocks blocks, int block, float[] out, int to) {
        int groupSize = layout.groupSize();
        int groups = blockSize / groupSize;
        for (int g = 0; g < groups; g++) {
            int group = block * groups + g;
            expand(blocks.codes, group * groupSize, blocks.d[block] * layout.scales().value(blocks.scales[group]),
                    blocks.dmin[block] * blocks.mins[group], out, to + g * groupSize, groupSize);
        }
    }

    private static void expand(byte[] codes, int from, float scale, float min, float[] out, int to, int count) {
        for (int i = 0; i < count; i++) {
            out[to + i] = scale * codes[from + i] - min;
        }
    }

    @Override
    public final void encode(float[] in, int inOffset, int count, MemorySegment out, long offset) {
        int blocks = checkedBlocks(in.length, inOffset, count);
        int chunk = Math.min(blocks, Math.max(1, CHUNK_BYTES / blockBytes));
        for (int block = 0; block < blocks; block += chunk) {
            int n = Math.min(chunk, blocks - block);
            byte[] bytes = new byte[n * blockBytes];
            for (int i = 0; i < n; i++) {
                pack(in, inOffset + (block + i) * blockSize, bytes, i * blockBytes);
            }
            MemorySegment.copy(bytes, 0, out, ValueLayout.JAVA_BYTE, offset + (long) block * blockBytes, bytes.length);
        }
    }

    private int checkedBlocks(int length, int from, int count) {
        Objects.checkFromIndexSize(from, count, length);
        if (count % blockSize != 0) {
            throw new IllegalArgumentException(
                    name + ": expected a multiple of " + blockSize + " values, found " + count);
        }
        return count / blockSize;
    }

    @Override
    public final String toString() {
        return name;
    }
}
