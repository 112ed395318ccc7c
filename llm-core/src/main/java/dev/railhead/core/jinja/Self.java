package dev.railhead.core.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variable `self`: `self.name()` writes a block once more.
///
/// @param top the scope of the template
record Self(Map<String, Block> blocks, Scope top) implements HasAttributes {
    @Override
    public @Nullable Object attribute(Rendering run, String name) {
        Block block = blocks.get(name);
        return block == null ? null : Globals.function(name, (r, a) -> r.capture(() -> block.execute(top)));
    }

    @Override
    public String toString() {
        return "<TemplateReference>";
    }
}
