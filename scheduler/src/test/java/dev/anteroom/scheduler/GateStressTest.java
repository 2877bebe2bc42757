package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Several threads call a gate at random. Every snapshot is consistent, and in the end every counter is exact. */
class GateStressTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 100_000;
    private static final int MAX_LIMIT = 6;

    private final long seed = Long.getLong("anteroom.seed", System.nanoTime());
    private final ManualClock clock = new ManualClock();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    /** The present connections. Any thread may make any of them leave, and two may do so at once. */
    private AtomicReferenceArray<Connection> connections = new AtomicReferenceArray<>(40);

    private final Queue<Connection> all = new ConcurrentLinkedQueue<>();

    /** One connection, which counts how often it was told and how often it left. */
    private static final class Connection implements AdmissionCallback {
        private final AtomicInteger admitted = new AtomicInteger();
        private final AtomicInteger turnedAway = new AtomicInteger();
        private final AtomicInteger left = new AtomicInteger();
        private Admission admission;

        Connection(AdmissionGate gate, Random random) {
            admission = gate.enter(Waiters.address(random.nextInt(4), random.nextInt(20)), Runnable::run, this);
        }

        @Override
        public void admitted(Admission admission) {
            admitted.incrementAndGet();
        }

        @Override
        public void turnedAway(Admission admission) {
            turnedAway.incrementAndGet();
        }

        void leave() {
            if (admission.leave()) {
                left.incrementAndGet();
            }
        }
    }

    @Test
    void stress_while_policy_and_limit_change() throws Exception {
        stress(true, List.of(FifoPolicy::new, LifoPolicy::new, PriorityPolicy::new));
    }

    /** The race for the first waiting place is run again and again. */
    @Test
    void stress_with_hardly_more_connections_than_slots() throws Exception {
        connections = new AtomicReferenceArray<>(MAX_LIMIT);
        stress(true, List.of(FifoPolicy::new));
    }

    @Test
    void stress_while_tracking_policies_come_and_go() throws Exception {
        stress(false, List.of(FifoPolicy::new, OnePerClass::new));
    }

    private void stress(boolean workConserving, List<Supplier<SchedulingPolicy>> policies) throws Exception {
        AdmissionGate gate = AdmissionGate.builder()
                .limit(MAX_LIMIT)
                .maxWaiting(20)
                .maxPerSource(6)
                .maxWait(Duration.ofMillis(10))
                .priorityClass(Waiters::priorityClass)
                .listener(new Peak())
                .clock(clock)
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                running.add(threads.submit(() -> {
                    for (int operation = 0; operation < OPERATIONS; operation++) {
                        operate(gate, random, policies, workConserving);
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        figuresAreExact(gate.snapshot());
        promise(workConserving, gate.snapshot());
        all.forEach(this::isToldOfItsSlot);
        assertTrue(peak.get() <= MAX_LIMIT, () -> told("peak " + peak));
        all.forEach(Connection::leave);
        assertEquals(0, gate.snapshot().active(), told("active"));
        assertEquals(0, gate.snapshot().waiting(), told("waiting"));
        figuresAreExact(gate.snapshot());
        all.forEach(this::wasToldOnce);
    }

    private void operate(
            AdmissionGate gate, Random random, List<Supplier<SchedulingPolicy>> policies, boolean workConserving) {
        switch (random.nextInt(200)) {
            case 0, 1 -> gate.limit(1 + random.nextInt(MAX_LIMIT));
            case 2, 3 ->
                gate.policy(policies.get(random.nextInt(policies.size())).get());
            case 4, 5 -> clock.advance(Duration.ofMillis(random.nextInt(10)));
            case 6, 7, 8, 9 -> promise(workConserving, gate.snapshot());
            default -> comeOrGo(gate, random);
        }
    }

    private void comeOrGo(AdmissionGate gate, Random random) {
        int place = random.nextInt(connections.length());
        Connection there = connections.get(place);
        if (there != null) {
            there.leave();
            connections.compareAndSet(place, there, null);
        } else {
            Connection newcomer = new Connection(gate, random);
            all.add(newcomer);
            if (!connections.compareAndSet(place, null, newcomer)) {
                newcomer.leave();
            }
        }
    }

    /** Checks a snapshot. The limit may have been lowered, but was never above the largest. */
    private void promise(boolean workConserving, GateSnapshot now) {
        assertTrue(now.active() >= 0 && now.active() <= MAX_LIMIT, () -> told("active in " + now));
        assertTrue(
                !workConserving || now.waiting() == 0 || now.active() >= now.limit(),
                () -> told("a waiter beside a free slot in " + now));
    }

    private void figuresAreExact(GateSnapshot now) {
        assertEquals(all.size(), now.arrived(), told("arrived"));
        assertEquals(count(State.WAITING), now.waiting(), told("waiting"));
        assertEquals(count(State.ADMITTED), now.active(), told("active"));
        assertEquals(count(State.RELEASED), now.released(), told("released"));
        assertEquals(count(State.REFUSED), now.refused(), told("refused"));
        assertEquals(count(State.EXPIRED), now.expired(), told("expired"));
        assertEquals(count(State.ABANDONED), now.abandoned(), told("abandoned"));
        assertEquals(count(State.SHED), now.shed(), told("shed"));
    }

    private long count(State state) {
        return all.stream().filter(one -> one.admission.state() == state).count();
    }

    private void isToldOfItsSlot(Connection one) {
        boolean waited = one.admission.decision() == Admission.Decision.WAITING;
        int expected = waited && one.admission.state() == State.ADMITTED ? 1 : 0;
        assertTrue(one.admitted.get() >= expected, () -> told("admitted " + one.admission + " " + one.admitted));
    }

    private void wasToldOnce(Connection one) {
        State end = one.admission.state();
        boolean waited = one.admission.decision() == Admission.Decision.WAITING;
        boolean endedByLeaving = end == State.RELEASED || end == State.ABANDONED;
        assertEquals(endedByLeaving ? 1 : 0, one.left.get(), () -> told("left " + one.admission));
        assertEquals(
                waited && !endedByLeaving ? 1 : 0, one.turnedAway.get(), () -> told("turned away " + one.admission));
        assertTrue(
                one.admitted.get() <= (waited && end == State.RELEASED ? 1 : 0),
                () -> told("admitted " + one.admission + " " + one.admitted));
    }

    private String told(String what) {
        return what + " (-Danteroom.seed=" + seed + ")";
    }

    /**
     * Counts the served connections. A slot is taken before {@code admitted} is reported and given back after {@code
     * released}, so the count never exceeds the number of slots taken.
     */
    private final class Peak implements GateListener {
        @Override
        public void admitted(Admission admission) {
            peak.accumulateAndGet(served.incrementAndGet(), Math::max);
        }

        @Override
        public void released(Admission admission) {
            served.decrementAndGet();
        }
    }
}
