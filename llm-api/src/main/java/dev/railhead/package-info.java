/// The public API: load a [Model], open a [Session], stream tokens.
///
/// ```java
/// try (Model model = Model.load(Path.of("model.gguf")); Session session = model.newSession()) {
///     session.generate("Once upon a time", GenerationOptions.defaults(), token -> System.out.print(token.text()));
/// }
/// ```
@NullMarked
package dev.railhead;

import org.jspecify.annotations.NullMarked;
