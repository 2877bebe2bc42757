import org.jspecify.annotations.NullMarked;

/** Test suites for transports and scheduling policies. Open, because JUnit finds the tests by reflection. */
@NullMarked
open module dev.anteroom.testkit {
    requires java.management;
    requires transitive dev.anteroom.api;
    requires transitive org.junit.jupiter.api;

    exports dev.anteroom.testkit;
}
