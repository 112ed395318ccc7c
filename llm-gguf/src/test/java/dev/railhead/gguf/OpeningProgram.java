package dev.railhead.gguf;

import dev.railhead.ModelLoadException;
import java.nio.file.Path;

/// Opens each file that it is given and prints a line for it: `opened`, or the name of the exception.
final class OpeningProgram {
    private OpeningProgram() {}

    public static void main(String[] args) {
        for (String file : args) {
            try (GgufFile model = GgufFile.open(Path.of(file))) {
                System.out.println("opened " + model.metadata().values().size());
            } catch (ModelLoadException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }
}
