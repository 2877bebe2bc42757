package dev.anteroom.simulator;

import java.net.SocketAddress;

/** Where a client comes from: the address that the gate is given. */
final class Origin extends SocketAddress {
    private final Integer source;
    private final int priorityClass;

    Origin(Integer source, int priorityClass) {
        this.source = source;
        this.priorityClass = priorityClass;
    }

    Integer source() {
        return source;
    }

    int priorityClass() {
        return priorityClass;
    }

    @Override
    public String toString() {
        return "source " + source;
    }
}
