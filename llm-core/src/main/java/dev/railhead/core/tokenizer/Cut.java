package dev.railhead.core.tokenizer;

/// One step of a pre-tokenizer: cuts a piece of text into smaller ones, in linear time and without recursion. Immutable.
interface Cut {
    /// Receives pieces of a text in their order, none of them empty, without gaps.
    interface Pieces {
        void piece(int from, int to);
    }

    /// @param text nothing of it before `from` or after `to` is looked at
    void cut(CharKinds text, int from, int to, Pieces out);

    /// The regular expression whose matches, and what lies between them, are the pieces; for readers and tests. `\s` is
    /// Unicode's white space.
    String regex();
}
