package dev.anteroom.gateway.catalogue;

/** A heading under which settings are listed, in {@code --help} and in the documents; the most needed comes first. */
public enum Group {
    /** What no gateway can do without. */
    ESSENTIALS("Essentials"),
    /** The order and the bounds of the waiting room. */
    WAITING("Waiting room"),
    /** What is known of a client before it comes to the gate. */
    CLIENTS("Clients and priority classes"),
    /** Connections to upstreams, and whether these are up. */
    UPSTREAMS("Upstreams"),
    /** How long a connection keeps its slot. */
    TIME_LIMITS("Time limits of served connections"),
    /** The running program. */
    OPERATION("Operation"),
    /** What is written about connections. */
    LOGS("Logs"),
    /** A limit shared by several gateways. */
    FLEET("Fleet: one limit for several gateways");

    private final String heading;

    Group(String heading) {
        this.heading = heading;
    }

    /**
     * The heading.
     *
     * @return a few words, without a full stop
     */
    public String heading() {
        return heading;
    }
}
