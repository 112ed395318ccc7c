package dev.railhead;

/// Makes prompts of conversations, in the form that the model was trained with. A template is a program in the Jinja
/// language that comes with the model; it runs in a sandbox with limits for time, memory and nesting.
///
/// What came from outside (messages, tools, variables) never becomes a special token: each character of a rendered
/// prompt is known to be the template's own or not.
///
/// ```java
/// int[] prompt = model.chatTemplate().encode(ChatPrompt.of(ChatMessage.user("Why is the sky blue?")));
/// session.generate(prompt, options, token -> System.out.print(token.text()));
/// ```
///
/// Immutable and safe for use by any thread, also after the model is closed.
public interface ChatTemplate {
    /// What messages call the template: `default`, or the name of a variant.
    String name();

    /// The source of the template.
    String source();

    /// Renders a conversation.
    ///
    /// @throws ChatTemplateException if the template can't be read, or fails with this conversation
    /// @throws ChatTemplateRejectedException if the template itself refuses the conversation
    /// @throws ChatTemplateLimitException if rendering takes too much time or memory
    /// @throws IllegalArgumentException if a value of a message, tool or variable is none that a template knows
    RenderedPrompt render(ChatPrompt prompt);

    /// Renders a conversation and encodes it: the tokens to generate from, for an empty session.
    ///
    /// @throws ChatTemplateException as [#render(ChatPrompt)]
    /// @throws IllegalArgumentException as [#render(ChatPrompt)]
    int[] encode(ChatPrompt prompt);
}
