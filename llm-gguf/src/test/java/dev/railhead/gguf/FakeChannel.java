package dev.railhead.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// A channel whose positional reads do what a test wants; it does nothing else.
final class FakeChannel extends FileChannel {
    /// A positional read.
    @FunctionalInterface
    interface Reads {
        /// @return the number of bytes, or −1 at the end
        int read(ByteBuffer out, long position) throws IOException;
    }

    private final Reads reads;

    FakeChannel(Reads reads) {
        this.reads = reads;
    }

    @Override
    public int read(ByteBuffer out, long position) throws IOException {
        return reads.read(out, position);
    }

    @Override
    protected void implCloseChannel() {}

    @Override
    public int read(ByteBuffer out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] outs, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer in) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] ins, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer in, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
