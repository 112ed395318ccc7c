package dev.railhead.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static dev.railhead.architecture.Modules.CLASSES;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What an application can name in `dev.railhead` is written in the JDK's types and in public types of `dev.railhead`.
class PublicApiTest {
    @Test
    void signaturesNameOnlyPublicTypes() {
        codeUnits().that().arePublic().or().areProtected().and().areDeclaredInClassesThat()
                .resideInAPackage("dev.railhead").should(nameOnlyPublicTypes(PublicApiTest::typesOf)).check(CLASSES);
    }

    @Test
    void fieldsAreOfPublicTypes() {
        fields().that().arePublic().or().areProtected().and().areDeclaredInClassesThat()
                .resideInAPackage("dev.railhead")
                .should(nameOnlyPublicTypes((JavaField field) -> Stream.of(field.getType()))).check(CLASSES);
    }

    private static Stream<JavaType> typesOf(JavaCodeUnit unit) {
        return Stream.concat(Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream()),
                unit.getExceptionTypes().stream());
    }

    private static <M extends JavaMember> ArchCondition<M> nameOnlyPublicTypes(
            Function<M, Stream<JavaType>> types) {
        return new ArchCondition<>("name only types of the JDK and public types of dev.railhead") {
            @Override
            public void check(M member, ConditionEvents events) {
                if (!member.getOwner().getModifiers().contains(JavaModifier.PUBLIC)) {
                    return;
                }
                types.apply(member).flatMap(type -> type.getAllInvolvedRawTypes().stream())
                        .filter(type -> !isPublicApi(type)).forEach(type -> events.add(SimpleConditionEvent
                                .violated(member, member.getDescription() + " names " + type.getName())));
            }
        };
    }

    private static boolean isPublicApi(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        return base.isPrimitive() || base.getPackageName().startsWith("java.")
                || (base.getPackageName().equals("dev.railhead") && base.getModifiers().contains(JavaModifier.PUBLIC));
    }
}
