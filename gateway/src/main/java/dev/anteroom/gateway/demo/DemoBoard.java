package dev.anteroom.gateway.demo;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gateway.config.PriorityRule;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The state of each client, as reported by the gate, and the order in which the server saw the clients. Thread-safe.
 */
final class DemoBoard implements GateListener {
    private final Map<Integer, String> names = new LinkedHashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Set<String> inService = new LinkedHashSet<>();
    private final List<String> served = new ArrayList<>();
    private final List<String> gaveUp = new ArrayList<>();

    /**
     * A snapshot of the board.
     *
     * @param inService clients that hold a slot
     * @param waiting clients that wait, in order of arrival
     * @param served clients that reached the server, in that order
     * @param gaveUp clients that left while waiting
     */
    record View(List<String> inService, List<String> waiting, List<String> served, List<String> gaveUp) {}

    /** Adds a client that is about to connect from a port. It counts as waiting until the gate admits it. */
    synchronized void connecting(String name, int port) {
        names.put(port, name);
        waiting.add(name);
    }

    /** Adds a client whose name the server has read. */
    synchronized void reachedServer(String name) {
        served.add(name);
    }

    @Override
    public synchronized void admitted(Admission admission) {
        waiting.remove(name(admission));
        inService.add(name(admission));
    }

    @Override
    public synchronized void released(Admission admission) {
        inService.remove(name(admission));
    }

    @Override
    public synchronized void turnedAway(Admission admission) {
        waiting.remove(name(admission));
        gaveUp.add(name(admission));
    }

    /** Returns the priority class of a client: 0 if its name ends with an asterisk. */
    synchronized int priorityClass(SocketAddress source) {
        return name(source).endsWith("*") ? 0 : PriorityRule.OTHERS;
    }

    synchronized View view() {
        return new View(List.copyOf(inService), List.copyOf(waiting), List.copyOf(served), List.copyOf(gaveUp));
    }

    private String name(Admission admission) {
        return name(admission.source());
    }

    private String name(Object source) {
        return names.getOrDefault(((InetSocketAddress) source).getPort(), "?");
    }
}
