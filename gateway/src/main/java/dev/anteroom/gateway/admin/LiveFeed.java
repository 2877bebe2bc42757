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
 * What the live page is fed with: a sample of every gate each second, and the last ten minutes of them for one who begins to watch.
 * The waiting rooms are looked into only while somebody watches. Thread-safe.
 */
public final class LiveFeed {
    private static final Logger LOGGER = System.getLogger(LiveFeed.class.getName());

    private final Map<String, GateWatch> watches = new ConcurrentHashMap<>();
    private Set<String> sampled = Set.of();
    private int viewers;
    private long number;
    private String latest = "{}";

    /** Nothing is watched yet. */
    public LiveFeed() {}

    /**
     * Watches one gate.
     *
     * @param gate its name
     * @return what the gate is to tell
     */
    public GateListener of(String gate) {
        return watches.computeIfAbsent(gate, name -> new GateWatch());
    }

    /** Takes a sample of every gate, and wakes those who watch. Does not throw, so that it is called again. */
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
        forgetRemoved(gateway);
        for (NamedGate named : gateway.gates()) {
            GateWatch watch = watches.get(named.name());
            if (watch != null) {
                ObjectNode sample = watch.sample(named.gate(), epochSeconds);
                if (viewers > 0) {
                    gates.addObject()
                            .<ObjectNode>set("now", AdminHandler.describe(named))
                            .<ObjectNode>set("sample", sample)
                            .<ObjectNode>set("room", GateWatch.room(named.gate()))
                            .set("sources", watch.sources());
                }
            }
        }
        latest = JsonNodeFactory.instance
                .objectNode()
                .put("draining", gateway.isDraining())
                .<ObjectNode>set("gates", gates)
                .toString();
        number++;
        notifyAll();
    }

    /** A gate that was sampled and is not there any more; a new one is watched before it is there. */
    private void forgetRemoved(Gateway gateway) {
        Set<String> present = gateway.gates().stream().map(NamedGate::name).collect(Collectors.toSet());
        watches.keySet().removeIf(name -> sampled.contains(name) && !present.contains(name));
        sampled = present;
    }

    /** Counts one more who watches, or returns null if there are enough. */
    synchronized @Nullable Viewer open(int most) {
        return viewers == most ? null : new Viewer();
    }

    /** One who watches, on a thread of its own. */
    final class Viewer implements AutoCloseable {
        private long seen;

        private Viewer() {
            viewers++;
            seen = number;
        }

        /** What has been until now. */
        String history() {
            synchronized (LiveFeed.this) {
                ObjectNode history = JsonNodeFactory.instance.objectNode();
                ArrayNode policies = history.putArray("policies");
                Policies.names().forEach(policies::add);
                ArrayNode gates = history.putArray("gates");
                watches.forEach(
                        (name, watch) -> gates.addObject().put("name", name).set("samples", watch.history()));
                return history.toString();
            }
        }

        /**
         * Waits for the next sample.
         *
         * @return null if there is none within the timeout
         */
        @Nullable
        String next(Duration timeout) throws InterruptedException {
            synchronized (LiveFeed.this) {
                long deadline = System.nanoTime() + timeout.toNanos();
                while (seen == number) {
                    long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                    if (millis <= 0) {
                        return null;
                    }
                    LiveFeed.this.wait(millis);
                }
                seen = number;
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
