package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.NamedGate;
import dev.anteroom.scheduler.Policies;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The data of the live page: a sample of every gate each second, and the samples of the last ten minutes for a new
 * viewer. It lists the waiting connections only while there is a viewer. Thread-safe.
 */
public final class LiveFeed {
    private static final Logger LOGGER = System.getLogger(LiveFeed.class.getName());

    private final Map<String, GateWatch> watches = new ConcurrentHashMap<>();
    private Set<String> present = Set.of();
    private int viewers;
    private long sequence;
    private String latest = "{}";

    /** Creates a feed that watches no gates. */
    public LiveFeed() {}

    /**
     * Returns a listener that feeds the live page with one gate.
     *
     * @param gate the name of the gate
     * @return the listener to register with the gate
     */
    public GateListener of(String gate) {
        return watches.computeIfAbsent(gate, name -> new GateWatch());
    }

    /** Takes a sample of every gate and wakes the viewers. Logs a failure instead of throwing it. */
    void sample(Gateway gateway) {
        try {
            publish(gateway);
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "a sample for the live page failed", e);
        }
    }

    private synchronized void publish(Gateway gateway) {
        long epochSeconds = System.currentTimeMillis() / 1000;
        ArrayNode gates = JsonNodeFactory.instance.arrayNode();
        present = gateway.gates().stream().map(NamedGate::name).collect(Collectors.toSet());
        for (NamedGate named : gateway.gates()) {
            GateWatch watch = watches.get(named.name());
            if (watch != null) {
                ObjectNode sample = watch.sample(named.gate(), epochSeconds);
                if (viewers > 0) {
                    gates.addObject()
                            .<ObjectNode>set("now", AdminHandler.describe(named))
                            .<ObjectNode>set("sample", sample)
                            .<ObjectNode>set("room", GateWatch.waitingRoom(named.gate()))
                            .set("sources", watch.sources());
                }
            }
        }
        latest = JsonNodeFactory.instance
                .objectNode()
                .put("draining", gateway.isDraining())
                .<ObjectNode>set("gates", gates)
                .toString();
        sequence++;
        notifyAll();
    }

    /**
     * Forgets a gate, whose name a later gate may have.
     *
     * @param gate the name of the gate
     */
    public void forget(String gate) {
        watches.remove(gate);
    }

    /** Adds a viewer, or returns null if there are already as many as allowed. */
    synchronized @Nullable Viewer open(int maxViewers) {
        return viewers == maxViewers ? null : new Viewer();
    }

    /** A viewer of the live page, on a thread of its own. */
    final class Viewer implements AutoCloseable {
        private long seenSequence;

        private Viewer() {
            viewers++;
            seenSequence = sequence;
        }

        /** Returns the names of the policies, and the samples of all gates until now. */
        String history() {
            synchronized (LiveFeed.this) {
                ObjectNode history = JsonNodeFactory.instance.objectNode();
                ArrayNode policies = history.putArray("policies");
                Policies.names().forEach(policies::add);
                ArrayNode gates = history.putArray("gates");
                watches.forEach((name, watch) -> {
                    if (present.contains(name)) {
                        gates.addObject().put("name", name).set("samples", watch.history());
                    }
                });
                return history.toString();
            }
        }

        /**
         * Waits for the next sample.
         *
         * @return the sample, or null if the timeout elapsed first
         */
        @Nullable
        String next(Duration timeout) throws InterruptedException {
            synchronized (LiveFeed.this) {
                long deadline = System.nanoTime() + timeout.toNanos();
                while (seenSequence == sequence) {
                    long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                    if (millis <= 0) {
                        return null;
                    }
                    LiveFeed.this.wait(millis);
                }
                seenSequence = sequence;
                return latest;
            }
        }

        @Override
        public void close() {
            synchronized (LiveFeed.this) {
                viewers--;
            }
        }
    }
}
