package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anteroom.address.IpAddress;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * The data of one gate for the live page. The listener methods run on the threads of the connections, without a lock;
 * all other methods may be called only under the lock of the {@link LiveFeed}.
 */
final class GateWatch implements GateListener {
    private static final int MAX_SAMPLES = 600;
    private static final int MAX_WAITERS = 100;
    private static final int MAX_SOURCES = 10;
    private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final double MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Waits, in microseconds, of the connections admitted since the last sample; accurate to 1 percent. */
    private final Recorder waits = new Recorder(MAX_MICROS, 2);

    /**
     * Served and waiting connections of each source. It has at most one entry for each slot and place. The gate may
     * report that a connection left before it reports that the connection arrived, so a count may be negative for a
     * moment.
     */
    private final Map<Object, Integer> connections = new ConcurrentHashMap<>();

    private final Deque<ObjectNode> samples = new ArrayDeque<>();
    private @Nullable Histogram reusedHistogram;
    private @Nullable GateSnapshot last;
    private long lastNanos;

    @Override
    public void arrived(Admission admission) {
        if (admission.decision() != Admission.Decision.REFUSED) {
            count(admission, 1);
        }
    }

    @Override
    public void admitted(Admission admission) {
        waits.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(admission.waitNanos()), MAX_MICROS));
    }

    @Override
    public void turnedAway(Admission admission) {
        if (admission.decision() != Admission.Decision.REFUSED) {
            count(admission, -1);
        }
    }

    @Override
    public void released(Admission admission) {
        count(admission, -1);
    }

    private void count(Admission admission, int change) {
        connections.merge(
                admission.sourceKey(), change, (before, delta) -> before + delta == 0 ? null : before + delta);
    }

    /** Adds a sample of the time since the last call to the history, and returns it. */
    ObjectNode sample(AdmissionGate gate, long epochSeconds) {
        GateSnapshot now = gate.snapshot();
        long nanos = System.nanoTime();
        ObjectNode sample = JsonNodeFactory.instance
                .objectNode()
                .put("t", epochSeconds)
                .put("limit", now.limit())
                .put("active", now.active())
                .put("waiting", now.waiting());
        addRates(sample, last == null ? now : last, now, (nanos - lastNanos) / NANOS_PER_SECOND);
        addWaits(sample);
        last = now;
        lastNanos = nanos;
        samples.addLast(sample);
        if (samples.size() > MAX_SAMPLES) {
            samples.removeFirst();
        }
        return sample;
    }

    private static void addRates(ObjectNode sample, GateSnapshot before, GateSnapshot now, double seconds) {
        sample.put("arrived", (now.arrived() - before.arrived()) / seconds)
                .put("admitted", (now.admitted() - before.admitted()) / seconds)
                .put("refused", (now.refused() - before.refused()) / seconds)
                .put("expired", (now.expired() - before.expired()) / seconds)
                .put("abandoned", (now.abandoned() - before.abandoned()) / seconds)
                .put("shed", (now.shed() - before.shed()) / seconds);
    }

    private void addWaits(ObjectNode sample) {
        Histogram interval = waits.getIntervalHistogram(reusedHistogram);
        reusedHistogram = interval;
        for (int percent : List.of(50, 95, 99)) {
            if (interval.getTotalCount() == 0) {
                sample.putNull("p" + percent);
            } else {
                sample.put("p" + percent, interval.getValueAtPercentile(percent) / MICROS_PER_SECOND);
            }
        }
    }

    /** Returns the samples of the last ten minutes, oldest first. */
    ArrayNode history() {
        return JsonNodeFactory.instance.arrayNode().addAll(samples);
    }

    /** Returns the waiting connections, in the order of the policy. */
    static ArrayNode waitingRoom(AdmissionGate gate) {
        ArrayNode room = JsonNodeFactory.instance.arrayNode();
        List<Admission> waiters = gate.waiters(MAX_WAITERS);
        long now = GateClock.system().nanoTime();
        for (Admission waiter : waiters) {
            room.addObject()
                    .put("source", IpAddress.format(waiter.source()))
                    .put("class", waiter.priorityClass())
                    .put("waits", (now - waiter.arrivalNanos()) / NANOS_PER_SECOND)
                    .put("sent", waiter.bytesSent());
        }
        return room;
    }

    /** Returns the sources with the most connections, in descending order. */
    ArrayNode sources() {
        ArrayNode sources = JsonNodeFactory.instance.arrayNode();
        connections.entrySet().stream()
                .map(Map.Entry::copyOf)
                .sorted(Map.Entry.<Object, Integer>comparingByValue(Comparator.reverseOrder()))
                .limit(MAX_SOURCES)
                .forEach(source -> sources.addObject()
                        .put("source", source.getKey().toString())
                        .put("connections", source.getValue()));
        return sources;
    }
}
