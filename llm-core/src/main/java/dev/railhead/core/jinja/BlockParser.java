package dev.railhead.core.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/// Parses the blocks of a template and keeps them by name.
final class BlockParser {
    private final TokenStream stream;
    private final StatementParser statements;
    private final Map<String, Block> blocks = new LinkedHashMap<>();

    BlockParser(TokenStream stream, StatementParser statements) {
        this.stream = stream;
        this.statements = statements;
    }

    /// All that were parsed.
    Map<String, Block> blocks() {
        return blocks;
    }

    /// `{% block name scoped required %}…{% endblock name %}` after its first word.
    Block block(int line) {
        String name = stream.name("the name of a block");
        boolean isScoped = stream.skipName("scoped");
        boolean isRequired = stream.skipName("required");
        stream.expectBodyBegin();
        Statements.Body body = statements.closedBody("endblock", name);
        if (isRequired && !body.isBlank()) {
            throw stream.error(line, "required block '" + name + "' can only contain comments or white space");
        }
        var block = new Block(line, name, isScoped, isRequired, body);
        if (blocks.put(name, block) != null) {
            throw stream.error(line, "block '" + name + "' is defined twice");
        }
        return block;
    }
}
