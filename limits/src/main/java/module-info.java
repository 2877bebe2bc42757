import org.jspecify.annotations.NullMarked;

/** Limits that move while a gate runs. */
@NullMarked
module dev.anteroom.limits {
    requires transitive dev.anteroom.api;
    requires transitive concurrency.limits.core; // an automatic module, named after its file: it has no name of its own

    exports dev.anteroom.limits;
}
