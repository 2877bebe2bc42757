import org.jspecify.annotations.NullMarked;

/** The suites that every transport and every scheduling policy must pass. Open, for JUnit finds the tests by reflection. */
@NullMarked
open module dev.anteroom.testkit {
    requires java.management;
    requires transitive dev.anteroom.api;
    requires transitive org.junit.jupiter.api;

    exports dev.anteroom.testkit;
}
