package dev.railhead.cpu.packed;

import dev.railhead.cpu.simd.Width;
import dev.railhead.spi.PackedBytes;
import dev.railhead.spi.Tensor;
import dev.railhead.spi.WeightType;
import java.lang.foreign.MemorySegment;

/// Names the packed forms, so that packed bytes can be kept and become a matrix again.
public final class PackedForms {
    /// To be raised by one whenever the packed bytes of any tensor change: bytes that were kept under another number are
    /// packed again. `PackedLayoutTest` fails when they change without it.
    static final int LAYOUT_VERSION = 1;

    static final String F32 = "F32";
    static final String F16 = "F16";
    static final String BF16 = "BF16";

    private PackedForms() {}

    /// Names everything that packed bytes depend on beside the tensor. The vector width is not part of it.
    public static String layout() {
        return "cpu " + LAYOUT_VERSION + " " + Width.ORDER;
    }

    /// Makes a matrix of the bytes of one of the same tensor.
    ///
    /// @throws IllegalArgumentException if form or size are not those of the tensor
    public static PackedMatrix restore(Tensor tensor, PackedBytes packed) {
        Packer.check(tensor);
        return switch (tensor.type().form()) {
            case F32 -> restoreF32(tensor, packed);
            case F16 -> packed.form().equals(F16)
                    ? new F16Matrix(tensor, bytes(tensor, packed, Float16Matrix.panelBytes(tensor.columns())))
                    : restoreF32(tensor, packed); // not all of its values are finite
            case BF16 -> {
                checkForm(tensor, packed, BF16);
                yield new BF16Matrix(tensor, bytes(tensor, packed, Float16Matrix.panelBytes(tensor.columns())));
            }
            case CODES -> restoreCodes(tensor, packed);
        };
    }

    private static PackedMatrix restoreF32(Tensor tensor, PackedBytes packed) {
        checkForm(tensor, packed, F32);
        return new F32Matrix(tensor, bytes(tensor, packed, F32Matrix.panelBytes(tensor.columns())));
    }

    private static PackedMatrix restoreCodes(Tensor tensor, PackedBytes packed) {
        WeightType type = tensor.type();
        ScaleForm scales = CodeMatrix.scaleForm(type);
        if (!packed.form().equals(scales.name())) {
            scales = CodeMatrix.exactScaleForm(type);
            checkForm(tensor, packed, scales.name());
        }
        long panelBytes = CodeMatrix.panelBytes(type, scales, tensor.columns());
        return new CodeMatrix(tensor, scales, bytes(tensor, packed, panelBytes));
    }

    private static void checkForm(Tensor tensor, PackedBytes packed, String form) {
        if (!packed.form().equals(form)) {
            throw new IllegalArgumentException(
                    tensor + ": expected packed bytes of a form of this type such as '" + form
                            + "', found '" + packed.form() + "'");
        }
    }

    private static MemorySegment bytes(Tensor tensor, PackedBytes packed, long panelBytes) {
        long expected = Math.multiplyExact(panelBytes, PackedMatrix.panels(Math.toIntExact(tensor.rows())));
        if (packed.bytes().byteSize() != expected) {
            throw new IllegalArgumentException(tensor + ": expected " + expected + " packed bytes of the form '"
                    + packed.form() + "', found " + packed.bytes().byteSize());
        }
        return packed.bytes();
    }
}
