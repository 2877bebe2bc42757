import org.jspecify.annotations.NullMarked;

/** A filter that gates the requests of a servlet application. */
@NullMarked
module dev.anteroom.servlet {
    requires transitive dev.anteroom.api;
    requires transitive jakarta.servlet;

    exports dev.anteroom.servlet;
}
