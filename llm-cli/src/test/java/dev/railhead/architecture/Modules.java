package dev.railhead.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;

/// The compiled main classes of all modules, and the packages each module owns.
final class Modules {
    static final String[] API = {"dev.railhead", "dev.railhead.spi"};
    static final String GGUF = "dev.railhead.gguf..";
    static final String CORE = "dev.railhead.core..";
    static final String CPU = "dev.railhead.cpu..";
    static final String DEMO = "dev.railhead.demo..";
    static final String[] LIBRARY = {"dev.railhead", "dev.railhead.spi", GGUF, CORE, CPU, DEMO};

    static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(Modules::isMain)
            .importPackages("dev.railhead");

    private Modules() {}

    private static boolean isMain(Location location) {
        return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
}
