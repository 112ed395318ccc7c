package dev.railhead.core.chat;

import dev.railhead.ChatTemplate;
import dev.railhead.ChatTemplateException;
import dev.railhead.ModelMetadata;
import dev.railhead.Tokenizer;
import dev.railhead.core.jinja.Template;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The chat templates of one model, by name. Each is parsed when it is asked for first. Safe for use by any thread.
public final class ChatTemplates {
    /// The name of the template that has no name in the file.
    public static final String DEFAULT = "default";

    private static final String KEY = "tokenizer.chat_template";
    private static final String TOOL_USE = "tool_use";

    private final ModelMetadata metadata;
    private final Tokenizer tokenizer;
    private final SpecialTokenVariables specialTokens;
    private final Map<String, ChatTemplate> parsed = new ConcurrentHashMap<>();

    /// The templates in a file's metadata.
    public ChatTemplates(ModelMetadata metadata, Tokenizer tokenizer) {
        this.metadata = metadata;
        this.tokenizer = tokenizer;
        this.specialTokens = new SpecialTokenVariables(metadata, tokenizer);
    }

    /// The template of a name.
    ///
    /// @throws ChatTemplateException if there is none, or it can't be read
    public ChatTemplate find(String name) {
        ChatTemplate known = parsed.get(name);
        return known != null ? known : parsed.computeIfAbsent(name, this::parse);
    }

    private ChatTemplate parse(String name) {
        String source = source(name);
        if (source == null) {
            throw missing(name);
        }
        JinjaChatTemplate template = template(name, source);
        String forTools = name.equals(DEFAULT) ? source(TOOL_USE) : null;
        return forTools == null ? template : new ToolAwareTemplate(template, template(TOOL_USE, forTools));
    }

    /// A template that is not in the file.
    ///
    /// @throws ChatTemplateException if it can't be read
    public ChatTemplate compile(String source) {
        return template("given", source);
    }

    private JinjaChatTemplate template(String name, String source) {
        String where = "chat template '" + name + "' of model '" + metadata.name() + "'";
        return new JinjaChatTemplate(name, source, Template.parse(where, source), specialTokens, tokenizer);
    }

    private @Nullable String source(String name) {
        return metadata.values().get(name.equals(DEFAULT) ? KEY : KEY + "." + name) instanceof String source
                ? source
                : null;
    }

    private ChatTemplateException missing(String name) {
        Set<String> others = new TreeSet<>();
        for (String key : metadata.values().keySet()) {
            if (key.equals(KEY)) {
                others.add(DEFAULT);
            } else if (key.startsWith(KEY + ".")) {
                others.add(key.substring(KEY.length() + 1));
            }
        }
        String model = "model '" + metadata.name() + "' has no chat template";
        return others.isEmpty()
                ? new ChatTemplateException(model + " (key '" + KEY + "'): it may be a model that only continues texts;"
                        + " use Session.generate with a text, or give it a template with Model.compileChatTemplate")
                : new ChatTemplateException(
                        model + " '" + name + "' (key '" + (name.equals(DEFAULT) ? KEY : KEY + "." + name)
                                + "'): expected one of " + others + ", or use Model.compileChatTemplate");
    }
}
