package dev.railhead.cpu.packed;

import dev.railhead.InsufficientMemoryException;
import dev.railhead.UnsupportedModelException;
import dev.railhead.spi.CodeLayout;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Makes packed matrices of tensors. Adding a form is a line here and its file.
public final class Packer {
    /// Runs something for each panel, on several threads.
    @FunctionalInterface
    public interface Panels {
        /// @param count number of panels
        /// @param task gets each panel once
        void forEach(int count, java.util.function.IntConsumer task);
    }

    /// Packed panels begin where a vector of 512 bits and a cache line do.
    private static final long ALIGNMENT = 64;

    private Packer() {}

    /// Bytes of the packed matrix. A tensor with scales or halves that aren't finite takes more.
    public static long bytes(Tensor tensor) {
        WeightType type = tensor.type();
        long columns = tensor.columns();
        long panelBytes = switch (type.form()) {
            case F32 -> F32Matrix.panelBytes(columns);
            case F16, BF16 -> Float16Matrix.panelBytes(columns);
            case CODES -> CodeMatrix.panelBytes(type, CodeMatrix.scaleForm(type), columns);
        };
        return Math.multiplyExact(panelBytes, PackedMatrix.panels(Math.toIntExact(tensor.rows())));
    }

    /// A matrix that computes from the tensor's data.
    public static PackedMatrix map(Tensor tensor) {
        check(tensor);
        return new MappedMatrix(tensor);
    }

    /// A copy of the tensor's data in the form of its type.
    public static PackedMatrix pack(Tensor tensor, Arena arena, Panels panels) {
        check(tensor);
        return switch (tensor.type().form()) {
            case F32 -> packF32(tensor, arena, panels);
            case F16, BF16 -> packFloat16(tensor, arena, panels);
            case CODES -> packCodes(tensor, arena, panels);
        };
    }

    private static PackedMatrix packF32(Tensor tensor, Arena arena, Panels panels) {
        F32Matrix matrix = new F32Matrix(tensor, allocate(tensor, F32Matrix.panelBytes(tensor.columns()), arena));
        forEachPanel(matrix, panels, () -> new FloatBuffer(tensor, PackedMatrix.CHUNK), matrix::pack);
        return matrix;
    }

    private static PackedMatrix packFloat16(Tensor tensor, Arena arena, Panels panels) {
        MemorySegment data = allocate(tensor, Float16Matrix.panelBytes(tensor.columns()), arena);
        Float16Matrix matrix = tensor.type().form() == WeightType.Form.F16
                ? new F16Matrix(tensor, data)
                : new BF16Matrix(tensor, data);
        boolean allowed = forEachPanel(matrix, panels, () -> new FloatBuffer(tensor, Float16Matrix.VALUES),
                matrix::pack);
        return allowed ? matrix : packF32(tensor, arena, panels);
    }

    private static PackedMatrix packCodes(Tensor tensor, Arena arena, Panels panels) {
        WeightType type = tensor.type();
        CodeMatrix matrix = newCodeMatrix(tensor, CodeMatrix.scaleForm(type), arena);
        if (!packCodes(tensor, matrix, panels)) {
            matrix = newCodeMatrix(tensor, CodeMatrix.exactScaleForm(type), arena);
            packCodes(tensor, matrix, panels);
        }
        return matrix;
    }

    private static CodeMatrix newCodeMatrix(Tensor tensor, ScaleForm scales, Arena arena) {
        long panelBytes = CodeMatrix.panelBytes(tensor.type(), scales, tensor.columns());
        return new CodeMatrix(tensor, scales, allocate(tensor, panelBytes, arena));
    }

    private static boolean packCodes(Tensor tensor, CodeMatrix matrix, Panels panels) {
        return forEachPanel(matrix, panels, () -> matrix.buffer(tensor), matrix::pack);
    }

    /// Packs a panel.
    ///
    /// @param <B> working memory
    private interface PanelPacker<B> {
        /// @return false if the form can't hold a value
        boolean pack(int panel, B buffer);
    }

    /// Packs all panels; a thread takes working memory that is free, or makes some.
    ///
    /// @return false if the form can't hold a value
    private static <B> boolean forEachPanel(PackedMatrix matrix, Panels panels, Supplier<B> newBuffer,
            PanelPacker<B> packer) {
        Queue<B> free = new ConcurrentLinkedQueue<>();
        AtomicBoolean exact = new AtomicBoolean(true);
        panels.forEach(matrix.panels(), panel -> {
            B own = free.poll();
            B buffer = own != null ? own : newBuffer.get();
            if (!packer.pack(panel, buffer)) {
                exact.set(false);
            }
            free.add(buffer);
        });
        return exact.get();
    }

    private static MemorySegment allocate(Tensor tensor, long panelBytes, Arena arena) {
        long bytes = Math.multiplyExact(panelBytes, PackedMatrix.panels(Math.toIntExact(tensor.rows())));
        try {
            return arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            throw new InsufficientMemoryException(tensor + ": the system did not give " + bytes
                    + " bytes for the packed weights; free memory, use a smaller model or load it with LoadMode.MAPPED",
                    e);
        }
    }

    static void check(Tensor tensor) {
        if (tensor.rows() > Integer.MAX_VALUE - PackedMatrix.PANEL || tensor.columns() > Integer.MAX_VALUE / 2) {
            throw new UnsupportedModelException(
                    tensor + ": expected fewer than 2^31 rows and 2^30 columns for a matrix");
        }
        int activationGroup = tensor.type().activationGroup();
        if (activationGroup != 0 && tensor.columns() % activationGroup != 0) {
            throw new UnsupportedModelException(tensor + ": expected rows of whole groups of " + activationGroup
                    + " activations, found " + tensor.columns() + " columns");
        }
        CodeLayout layout = tensor.type().codes();
        if (layout != null && (layout.groupSize() != 16 && layout.groupSize() != 32
                || tensor.columns() % tensor.type().blockSize() != 0 || tensor.type().blockSize() % 32 != 0
                || activationGroup % 32 != 0)) {
            throw new UnsupportedModelException(
                    tensor + ": expected groups of 16 or 32 codes in blocks of a multiple of"
                            + " 32 and whole blocks in a row, found groups of " + layout.groupSize() + " in blocks of "
                            + tensor.type().blockSize() + " and " + tensor.columns() + " columns");
        }
    }
}
