package dev.anteroom.gateway.catalogue;

/** A heading for settings in {@code --help} and the documents, in order of importance. */
public enum Group {
    /** The settings that every gateway needs. */
    ESSENTIALS("Essentials"),
    /** The order and the bounds of the waiting room. */
    WAITING("Waiting room"),
    /** What the gateway learns of a client before it reaches the gate. */
    CLIENTS("Clients and priority classes"),
    /** Connections to upstreams, and health checks. */
    UPSTREAMS("Upstreams"),
    /** How long a connection keeps its slot. */
    TIME_LIMITS("Time limits of served connections"),
    /** The process. */
    OPERATION("Operation"),
    /** Logs of connections. */
    LOGS("Logs"),
    /** A limit shared by several gateways. */
    FLEET("Fleet: one limit for several gateways");

    private final String heading;

    Group(String heading) {
        this.heading = heading;
    }

    /**
     * Returns the heading.
     *
     * @return a few words, without a full stop
     */
    public String heading() {
        return heading;
    }
}
