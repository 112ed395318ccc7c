package dev.railhead.core.cache;

import dev.railhead.spi.FileStamp;
import dev.railhead.spi.ModelSource;
import dev.railhead.spi.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// Tells the weights of a model from any others without reading them all, in a millisecond.
///
/// What the system says of the files changes with any change of them: status change time and inode can't be set by programs,
/// so a file whose size and modification time were restored is another one too. Where a file system does not keep these,
/// what is left are tensors and samples of their bytes: three cache lines of each, which no two models have in common.
final class ModelKey {
    /// Bytes of a key: SHA-256.
    static final int BYTES = 32;

    private static final int SAMPLE_BYTES = 64;

    private ModelKey() {}

    /// The key of a model.
    ///
    /// @param source has files
    static byte[] of(ModelSource source) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(source.files().size());
            for (FileStamp file : source.files()) {
                write(file, out);
            }
            for (Tensor tensor : source.tensors()) {
                write(tensor, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sha256(bytes.toByteArray());
    }

    private static void write(FileStamp file, DataOutputStream out) throws IOException {
        out.writeLong(file.size());
        write(file.modified(), out);
        write(file.changed(), out);
        out.writeLong(file.inode());
    }

    private static void write(@Nullable FileTime time, DataOutputStream out) throws IOException {
        out.writeBoolean(time != null);
        if (time != null) {
            out.writeLong(time.toInstant().getEpochSecond());
            out.writeInt(time.toInstant().getNano());
        }
    }

    private static void write(Tensor tensor, DataOutputStream out) throws IOException {
        out.writeUTF(tensor.name());
        out.writeUTF(tensor.type().name());
        out.writeInt(tensor.shape().length);
        for (long length : tensor.shape()) {
            out.writeLong(length);
        }
        byte[] sample = new byte[(int) Math.min(SAMPLE_BYTES, tensor.data().byteSize())];
        long last = tensor.data().byteSize() - sample.length;
        for (long at : new long[]{0, last / 2, last}) {
            tensor.read(at, sample, 0, sample.length);
            out.write(sample);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
