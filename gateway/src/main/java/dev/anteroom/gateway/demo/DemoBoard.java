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

/** Which client is where, as the gate tells it, and whom the server saw. Thread-safe. */
final class DemoBoard implements GateListener {
    private final Map<Integer, String> names = new LinkedHashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final Set<String> inService = new LinkedHashSet<>();
    private final List<String> served = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();

    /**
     * What a board shows.
     *
     * @param inService those who hold a slot
     * @param waiting those who wait, in order of arrival
     * @param served those whom the server saw, in its order
     * @param gone those who left before
     */
    record View(List<String> inService, List<String> waiting, List<String> served, List<String> gone) {}

    /** A client is about to connect from a port. Whoever is not admitted at once is in the waiting room. */
    synchronized void comes(String name, int port) {
        names.put(port, name);
        waiting.add(name);
    }

    /** The server reads a client's name. */
    synchronized void reachesServer(String name) {
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
        gone.add(name(admission));
    }

    /** The class of a client: 0 if its name says that it is urgent. */
    synchronized int priorityClass(SocketAddress source) {
        return name(source).endsWith("*") ? 0 : PriorityRule.OTHERS;
    }

    synchronized View view() {
        return new View(List.copyOf(inService), List.copyOf(waiting), List.copyOf(served), List.copyOf(gone));
    }

    private String name(Admission admission) {
        return name(admission.source());
    }

    private String name(SocketAddress source) {
        return names.getOrDefault(((InetSocketAddress) source).getPort(), "?");
    }
}
