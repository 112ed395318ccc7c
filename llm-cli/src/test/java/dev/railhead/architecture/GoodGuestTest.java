package dev.railhead.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.railhead.architecture.Modules.CLASSES;
import static dev.railhead.architecture.Modules.LIBRARY;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.lang.reflect.Array;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A library is a guest in its host's JVM: it leaves the console, the system properties, the threads and the access
/// rules alone.
class GoodGuestTest {
    private static final Set<String> PROCESS_WIDE = Set.of("setProperty", "setProperties", "clearProperty", "setOut",
            "setErr", "setIn", "exit", "load", "loadLibrary");

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("no console", noLibraryClass().should().accessField(System.class, "out").orShould()
                        .accessField(System.class, "err").orShould().accessTargetWhere(
                                describe("prints a stack trace", GoodGuestTest::printsStackTrace))),
                rule("no changes to the process", noLibraryClass().should().accessTargetWhere(
                        describe("changes the process", GoodGuestTest::changesTheProcess))),
                rule("no thread locals", noLibraryClass().should().dependOnClassesThat()
                        .areAssignableTo(ThreadLocal.class)),
                rule("no sun.misc", noLibraryClass().should().dependOnClassesThat()
                        .resideInAnyPackage("sun..", "jdk.internal..")),
                rule("no reflection", noLibraryClass().should().dependOnClassesThat(
                        describe("reflect on more than arrays", GoodGuestTest::reflectsOnMoreThanArrays))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theLibraryIsAGoodGuest(String name, ArchRule rule) {
        rule.as(name).allowEmptyShould(true).check(CLASSES);
    }

    private static Arguments rule(String name, ArchRule rule) {
        return Arguments.of(name, rule);
    }

    private static GivenClassesConjunction noLibraryClass() {
        return noClasses().that().resideInAnyPackage(LIBRARY);
    }

    private static boolean printsStackTrace(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(Throwable.class)
                && access.getTarget().getName().equals("printStackTrace");
    }

    private static boolean changesTheProcess(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (owner.isEquivalentTo(System.class) || owner.isEquivalentTo(Runtime.class))
                && PROCESS_WIDE.contains(access.getTarget().getName());
    }

    private static boolean reflectsOnMoreThanArrays(JavaClass target) {
        return target.getPackageName().equals("java.lang.reflect")
                && !target.isEquivalentTo(Array.class);
    }
}
