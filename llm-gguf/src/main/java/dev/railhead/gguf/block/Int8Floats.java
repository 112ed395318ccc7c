package dev.railhead.gguf.block;

/// The int8 weights of llama2.c's version 2 where the group size is not the multiple of [Int8Groups#UNIT] that kernels
/// of codes need: the values `d · q` in single precision, which meet activations rounded to 8 bits in the same groups.
/// Not a GGUF type.
public final class Int8Floats extends F32 {
    private final int groupSize;

    /// @param groupSize the file's group size, at least 1 and no multiple of [Int8Groups#UNIT]
    public Int8Floats(int groupSize) {
        super("INT8_G" + groupSize, -1);
        if (groupSize <= 0 || groupSize % Int8Groups.UNIT == 0) {
            throw new IllegalArgumentException("groupSize: expected a positive number that is no multiple of "
                    + Int8Groups.UNIT + ", found " + groupSize);
        }
        this.groupSize = groupSize;
    }

    @Override
    public int activationGroup() {
        return groupSize;
    }
}
