package dev.railhead.spi;

import java.nio.charset.StandardCharsets;

/// A long text as UTF-8. [Metadata] shows it as a `String` and decodes it at each look: kept decoded it would take up
/// to twice its bytes, and five times while it is being decoded.
///
/// @param utf8 the text; not copied, must not change
public record Utf8Text(byte[] utf8) {
    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
