import org.jspecify.annotations.NullMarked;

/** Compares scheduling policies under a load, with the real gate and the real policies under a virtual clock. */
@NullMarked
module dev.anteroom.simulator {
    requires dev.anteroom.limits;
    requires dev.anteroom.scheduler;
    requires com.fasterxml.jackson.databind;
    requires transitive info.picocli;

    exports dev.anteroom.simulator;

    opens dev.anteroom.simulator to
            com.fasterxml.jackson.databind,
            info.picocli;
}
