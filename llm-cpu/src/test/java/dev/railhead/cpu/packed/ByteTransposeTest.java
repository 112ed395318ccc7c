package dev.railhead.cpu.packed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteTransposeTest {
    private static final long SEED = 1;

    @Test
    void rowsBecomeColumns() {
        byte[] in = new byte[64];
        new Random(SEED).nextBytes(in);
        long[] tile = new long[ByteTranspose.SIZE];
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            tile[i] = LittleEndian.eight(in, i * ByteTranspose.SIZE);
        }
        ByteTranspose.transpose(tile);
        byte[] out = new byte[100];
        ByteTranspose.store(tile, out, 3, 11);
        for (int i = 0; i < ByteTranspose.SIZE; i++) {
            for (int j = 0; j < ByteTranspose.SIZE; j++) {
                assertThat(out[3 + j * 11 + i]).as("seed %d: byte %d of row %d", SEED, j, i).isEqualTo(in[i * 8 + j]);
            }
        }
    }
}
