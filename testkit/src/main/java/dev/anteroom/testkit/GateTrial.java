package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a history on a gate with the policy under test. The gate must not find the policy faulty, and must keep its own
 * promises.
 */
final class GateTrial {
    private static final String TRIED = "the policy that is tried";

    /** An event at a gate. */
    sealed interface Step {}

    record Enter(int priorityClass, int source) implements Step {}

    record Leave(int index) implements Step {}

    record Limit(int limit) implements Step {}

    record Replace(boolean byAnother) implements Step {}

    record Pass(Duration time) implements Step {}

    record Look(int most) implements Step {}

    static Step randomStep(Random random) {
        return switch (random.nextInt(21)) {
            case 0 -> new Limit(1 + random.nextInt(4));
            case 1 -> new Replace(random.nextBoolean());
            case 2, 3 -> new Pass(Duration.ofMillis(random.nextInt(20)));
            case 4, 5, 6, 7, 8, 9 -> new Leave(random.nextInt(100));
            case 10 -> new Look(random.nextInt(10));
            default -> new Enter(random.nextInt(5), random.nextInt(4));
        };
    }

    private final Supplier<SchedulingPolicy> policies;
    private final boolean mayHoldBack;
    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate;
    private final List<Admission> entered = new ArrayList<>();
    private final List<Admission> present = new ArrayList<>();
    private final List<Admission> told = new ArrayList<>();
    private final List<Admission> toldWrongly = new ArrayList<>();

    GateTrial(Supplier<SchedulingPolicy> policies) {
        this.policies = policies;
        SchedulingPolicy policy = policies.get();
        mayHoldBack = policy.tracksServed();
        gate = AdmissionGate.builder()
                .limit(2)
                .maxWaiting(8)
                .maxWait(Duration.ofMillis(100))
                .priorityClass(Waiters::priorityClass)
                .policy(new Tried(policy))
                .clock(clock)
                .build();
    }

    void run(List<? extends Step> steps) {
        for (Step step : steps) {
            run(step);
            check();
        }
        while (!present.isEmpty()) {
            present.remove(0).leave();
            check();
        }
        entered.forEach(admission -> assertTrue(hasEnded(admission), () -> admission + " has not ended"));
    }

    private void run(Step step) {
        if (step instanceof Enter enter) {
            enter(enter.priorityClass, enter.source);
        } else if (step instanceof Leave leave && !present.isEmpty()) {
            present.remove(leave.index % present.size()).leave();
        } else if (step instanceof Limit limit) {
            gate.limit(limit.limit);
        } else if (step instanceof Replace replace) {
            if (replace.byAnother) {
                gate.policy(new OrderedModel((a, b) -> Long.compare(a.sequence(), b.sequence())));
            }
            gate.policy(new Tried(policies.get()));
        } else if (step instanceof Look look) {
            gate.waiters(look.most);
        } else if (step instanceof Pass pass) {
            clock.advance(pass.time);
        }
    }

    private void enter(int priorityClass, int source) {
        Admission newcomer = gate.enter(Waiters.address(priorityClass, source), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {
                tell(admission, admission.state() == Admission.State.ADMITTED);
            }

            @Override
            public void turnedAway(Admission admission) {
                tell(admission, hasEnded(admission));
            }
        });
        entered.add(newcomer);
        present.add(newcomer);
    }

    /** Records the callback instead of throwing, because a gate whose callback throws on the same thread goes on. */
    private void tell(Admission admission, boolean rightly) {
        told.add(admission);
        if (!rightly) {
            toldWrongly.add(admission);
        }
    }

    private void check() {
        GateSnapshot now = gate.snapshot();
        assertEquals(TRIED, now.policy(), "the gate dropped the policy: see the log");
        assertEquals(entered.size(), now.arrived(), "arrived");
        assertEquals(count(Admission.State.WAITING), now.waiting(), "waiting");
        assertEquals(count(Admission.State.ADMITTED), now.active(), "active");
        assertEquals(count(Admission.State.SHED), now.shed(), "shed");
        boolean idle = now.waiting() > 0 && now.active() < now.limit();
        assertTrue(!idle || mayHoldBack, () -> "waiters beside free slots: " + now);
        assertEquals(List.of(), toldWrongly, "told wrongly");
        assertEquals(told.stream().distinct().count(), told.size(), "told twice");
        present.removeIf(GateTrial::hasEnded);
    }

    private long count(Admission.State state) {
        return entered.stream().filter(admission -> admission.state() == state).count();
    }

    private static boolean hasEnded(Admission admission) {
        return admission.state() != Admission.State.WAITING && admission.state() != Admission.State.ADMITTED;
    }

    /** A wrapper with its own name, so that a gate that has dropped the policy can be told from one that has not. */
    private record Tried(SchedulingPolicy policy) implements SchedulingPolicy {
        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            policy.enqueue(newcomer, nowNanos);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return policy.dequeue(nowNanos, shed);
        }

        @Override
        public boolean remove(Admission waiter) {
            return policy.remove(waiter);
        }

        @Override
        public @Nullable Admission displace(Admission newcomer, long nowNanos) {
            return policy.displace(newcomer, nowNanos);
        }

        @Override
        public boolean tracksServed() {
            return policy.tracksServed();
        }

        @Override
        public void released(Admission admission, long nowNanos) {
            policy.released(admission, nowNanos);
        }

        @Override
        public @Nullable Iterator<Admission> preview(long nowNanos) {
            return policy.preview(nowNanos);
        }

        @Override
        public String name() {
            return TRIED;
        }
    }
}
