package dev.railhead.core.jinja;

import java.util.function.IntPredicate;

/// Python's methods of `str` that tell what kind of characters it has.
final class StringTests {
    private StringTests() {}

    static void addTo(Builtins table) {
        table.add("isdigit()", (run, self, a) -> all(run, self, StringTests::isDigit))
                .add("isdecimal()", (run, self, a) -> all(run, self, Character::isDigit))
                .add("isnumeric()", (run, self, a) -> all(run, self, StringTests::isNumeric))
                .add("isalpha()", (run, self, a) -> all(run, self, Character::isLetter))
                .add("isalnum()", (run, self, a) -> all(run, self, c -> Character.isLetter(c) || isNumeric(c)))
                .add("isspace()", (run, self, a) -> all(run, self, Words::isSpace))
                .add("isascii()", (run, self, a) -> read(run, self).chars().allMatch(c -> c < 0x80))
                .add("isupper()", (run, self, a) -> isUpper(read(run, self)))
                .add("islower()", (run, self, a) -> isLower(read(run, self)))
                .add("istitle()", (run, self, a) -> hasCase(read(run, self))
                        && Case.title(run, (Text) self).equals(self))
                .add("isidentifier()", (run, self, a) -> isIdentifier(read(run, self)));
    }

    private static boolean all(Rendering run, Object self, IntPredicate test) {
        String string = read(run, self);
        return !string.isEmpty() && string.codePoints().allMatch(test);
    }

    /// The characters of a text, charged for.
    static String read(Rendering run, Object self) {
        String string = ((Text) self).string();
        run.budget().read(string.length());
        return string;
    }

    /// Superscripts are digits to Python, but no decimals.
    private static boolean isDigit(int c) {
        return Character.isDigit(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || c >= 0x2070 && c <= 0x2089
                && Character.getType(c) == Character.OTHER_NUMBER;
    }

    private static boolean isNumeric(int c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    private static boolean hasCase(String string) {
        return string.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    static boolean isUpper(String string) {
        return hasCase(string) && string.codePoints().noneMatch(Character::isLowerCase);
    }

    static boolean isLower(String string) {
        return hasCase(string) && string.codePoints().noneMatch(Character::isUpperCase);
    }

    static boolean isIdentifier(String string) {
        return !string.isEmpty() && isIdentifierStart(string.codePointAt(0))
                && string.codePoints().allMatch(StringTests::isIdentifierPart);
    }

    static boolean isIdentifierStart(int c) {
        return c == '_' || Character.isUnicodeIdentifierStart(c);
    }

    static boolean isIdentifierPart(int c) {
        return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
    }
}
