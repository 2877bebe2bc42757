import org.jspecify.annotations.NullMarked;

/** The suites that every transport and every scheduling policy must pass. */
@NullMarked
module dev.anteroom.testkit {
    requires transitive dev.anteroom.api;
    requires transitive org.junit.jupiter.api;
}
