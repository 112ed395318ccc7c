package dev.railhead.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.railhead.architecture.Modules.API;
import static dev.railhead.architecture.Modules.CLASSES;
import static dev.railhead.architecture.Modules.CORE;
import static dev.railhead.architecture.Modules.CPU;
import static dev.railhead.architecture.Modules.DEMO;
import static dev.railhead.architecture.Modules.GGUF;
import static org.assertj.core.api.Assertions.assertThat;

import dev.railhead.Model;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each module sees the modules below it and the few libraries named here, nothing else:
/// `llm-api <- llm-gguf <- llm-core <- llm-cpu`.
class DependencyTest {
    private static final String JDK = "java..";
    private static final String JSPECIFY = "org.jspecify.annotations";
    private static final String GUAVA = "com.google.common..";
    private static final String VECTOR_API = "jdk.incubator.vector";

    static Stream<Arguments> modules() {
        return Stream.of(module("llm-api", API, JDK, JSPECIFY),
                module("llm-demo-model", new String[]{DEMO}, with(API, JDK, JSPECIFY)),
                module("llm-gguf", new String[]{GGUF}, with(API, JDK, JSPECIFY, GUAVA)),
                module("llm-core", new String[]{CORE}, with(API, GGUF, JDK, JSPECIFY, GUAVA)),
                module("llm-cpu", new String[]{CPU}, with(API, GGUF, CORE, JDK, JSPECIFY, GUAVA, VECTOR_API)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modules")
    void aModuleDependsOnlyOnThoseBelow(String module, String[] own, String[] below) {
        classes().that().resideInAnyPackage(own).should().onlyDependOnClassesThat()
                .resideInAnyPackage(with(own, below)).as(module + " depends only on what it may see")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void whatTheCommandMeasuresWithNeedsNoJmh() {
        noClasses().that().resideInAnyPackage("dev.railhead.benchmarks..", "dev.railhead.cli..").and()
                .resideOutsideOfPackages("dev.railhead.benchmarks.kernel..", "dev.railhead.benchmarks.tokenizer..")
                .should()
                .dependOnClassesThat().resideInAnyPackage("org.openjdk.jmh..", "dev.railhead.benchmarks.kernel..",
                        "dev.railhead.benchmarks.tokenizer..")
                .check(CLASSES);
    }

    @Test
    void theRulesSeeTheClasses() {
        assertThat(CLASSES.contain(Model.class)).isTrue();
    }

    private static Arguments module(String name, String[] own, String... below) {
        return Arguments.of(name, own, below);
    }

    private static String[] with(String[] packages, String... more) {
        return Stream.concat(Stream.of(packages), Stream.of(more)).toArray(String[]::new);
    }
}
