import org.jspecify.annotations.NullMarked;

/** The scheduling policies: the orders in which the waiting room is served. */
@NullMarked
module dev.anteroom.scheduler {
    requires transitive dev.anteroom.api;
    requires com.google.common;
}
