package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Door;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.NotAdmittedException;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.scheduler.GateModel.Manner;
import dev.anteroom.scheduler.GateModel.Order;
import dev.anteroom.scheduler.GateModel.Visit;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.RandomHistories;
import dev.anteroom.testkit.Waiters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs random histories: the gate does what {@link GateModel} does, and keeps its promises at every step. */
@ExtendWith(QuietLog.class)
class GatePropertiesTest {
    private sealed interface Step {}

    /** The arrival of a connection with a given time left, in milliseconds, or {@link GateModel#NO_DEADLINE}. */
    private record Enter(int priorityClass, int source, Manner manner, int timeLeft) implements Step {}

    private record EnterMany(int first, int count) implements Step {}

    private record Attempt(int priorityClass, int source) implements Step {}

    private record Leave(int number) implements Step {}

    private record TurnLoop() implements Step {}

    private record SetLimit(int limit) implements Step {}

    private record SetOrder(Order order) implements Step {}

    private record Pass(Duration time) implements Step {}

    private record Pause() implements Step {}

    private record Resume() implements Step {}

    private record Close() implements Step {}

    private static Step randomStep(Random random) {
        int dice = random.nextInt(1000);
        if (dice < 420) {
            return new Enter(random.nextInt(4), random.nextInt(6), oneOf(Manner.values(), random), timeLeft(random));
        } else if (dice < 450) {
            return new Attempt(random.nextInt(4), random.nextInt(6));
        } else if (dice < 720) {
            return new Leave(random.nextInt(10_000));
        } else if (dice < 820) {
            return new TurnLoop();
        } else if (dice < 870) {
            return new SetLimit(1 + random.nextInt(4));
        } else if (dice < 920) {
            return new SetOrder(oneOf(Order.values(), random));
        } else if (dice < 980) {
            return new Pass(Duration.ofMillis(random.nextInt(60)));
        } else if (dice < 998) {
            return random.nextInt(3) == 0 ? new Pause() : new Resume();
        }
        return new Close();
    }

    /** A step that concerns more waiters than the gate handles in one portion. */
    private static Step randomStepOfMany(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new EnterMany(random.nextInt(7), 70 + random.nextInt(100));
            case 2 -> new SetLimit(1 + random.nextInt(200));
            case 3 -> new SetOrder(oneOf(Order.values(), random));
            case 4 -> new Pass(Duration.ofMillis(50 + random.nextInt(100)));
            default -> randomStep(random);
        };
    }

    /** Half of the connections have a deadline of their own; a few of those have no time left, or too much. */
    private static int timeLeft(Random random) {
        return random.nextBoolean() ? GateModel.NO_DEADLINE : random.nextInt(130);
    }

    private static <T> T oneOf(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    @ParameterizedTest(name = "{0} places, {1} connections of a source")
    @CsvSource({"8, 3", "8, 1000", "1, 1000", "0, 1000", "1000, 20"})
    void the_gate_behaves_like_the_model_and_keeps_its_promises(int maxWaiting, int maxPerSource) {
        RandomHistories.check(
                100, 250, GatePropertiesTest::randomStep, steps -> new Trial(maxWaiting, maxPerSource).run(steps));
    }

    @Test
    void the_gate_behaves_like_the_model_with_many_waiters() {
        RandomHistories.check(20, 40, GatePropertiesTest::randomStepOfMany, steps -> new Trial(400, 1000).run(steps));
    }

    /** One random history, run on the gate and on the model. */
    private static final class Trial {
        private final ManualClock clock = new ManualClock();
        private final GateModel model;
        private final AdmissionGate gate;
        private final Door<Enter> hurried;
        private final List<Admission> admissions = new ArrayList<>();
        private final Map<Admission, String> reported = new HashMap<>();
        private final Queue<Runnable> loop = new ArrayDeque<>();
        private final List<String> told = new ArrayList<>();
        private final Set<Integer> toldNumbers = new HashSet<>();
        private int toldBefore;
        private @Nullable Admission arrived;
        private long activeBefore;

        Trial(int maxWaiting, int maxPerSource) {
            model = new GateModel(2, maxWaiting, maxPerSource);
            gate = AdmissionGate.builder()
                    .limit(2)
                    .maxWaiting(maxWaiting)
                    .maxPerSource(maxPerSource)
                    .maxWait(GateModel.MAX_WAIT)
                    .priorityClass(Waiters::priorityClass)
                    .policy(new FifoPolicy())
                    .listener(new Reporter())
                    .clock(clock)
                    .build();
            hurried = gate.<Enter>door(enter -> gate.sourceKey(Waiters.address(0, enter.source)))
                    .priorityClass(Enter::priorityClass)
                    .timeLeft(Trial::timeLeft);
        }

        private static @Nullable Duration timeLeft(Enter enter) {
            return enter.timeLeft == GateModel.NO_DEADLINE ? null : Duration.ofMillis(enter.timeLeft);
        }

        void run(List<? extends Step> steps) {
            for (Step step : steps) {
                run(step);
                gateAgreesWithModel();
                promisesHold();
            }
            everyoneLeaves();
        }

        private void run(Step step) {
            if (step instanceof Enter enter) {
                enter(enter);
            } else if (step instanceof EnterMany many) {
                for (int i = 0; i < many.count; i++) {
                    Manner[] manners = Manner.values();
                    int timeLeft = i % 2 == 0 ? GateModel.NO_DEADLINE : (many.first + i) * 37 % 130;
                    enter(new Enter(i % 4, i % 6, manners[(many.first + i) % manners.length], timeLeft));
                }
            } else if (step instanceof Attempt attempt) {
                attempt(attempt);
            } else if (step instanceof Leave leave && !admissions.isEmpty()) {
                leave(leave.number % admissions.size());
            } else if (step instanceof TurnLoop) {
                model.turnLoop();
                turnLoop();
            } else if (step instanceof SetLimit limit) {
                model.limit(limit.limit);
                gate.limit(limit.limit);
            } else if (step instanceof SetOrder order) {
                model.order(order.order);
                gate.policy(policy(order.order));
            } else if (step instanceof Pass pass) {
                model.pass(pass.time);
                clock.advance(pass.time);
            } else if (step instanceof Pause) {
                model.pause();
                gate.pause();
            } else if (step instanceof Resume) {
                model.resume();
                gate.resume();
            } else if (step instanceof Close) {
                model.close();
                gate.close();
            }
        }

        private void turnLoop() {
            int turns = loop.size();
            for (int i = 0; i < turns; i++) {
                try {
                    loop.remove().run();
                } catch (QuietFailure e) {
                    // As in an event loop, the failure of one connection does not affect another.
                }
            }
        }

        private void enter(Enter enter) {
            Visit visit = model.enter(enter.priorityClass, enter.source, enter.manner, enter.timeLeft);
            Admission admission = hurried.enter(enter, executor(enter.manner), new Told(visit.number, enter.manner));
            admissions.add(admission);
            assertEquals(visit.decision, admission.decision(), () -> "decision on " + visit.number);
        }

        private void attempt(Attempt attempt) {
            Visit visit = model.attempt(attempt.priorityClass, attempt.source);
            try {
                gate.acquire(Waiters.address(attempt.priorityClass, attempt.source), Duration.ZERO);
            } catch (NotAdmittedException e) {
                assertEquals(visit.state, e.state(), () -> "attempt of " + visit.number);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Admission admission = Objects.requireNonNull(arrived);
            admissions.add(admission);
            assertEquals(visit.decision, admission.decision(), () -> "decision on " + visit.number);
        }

        private void leave(int number) {
            boolean left = model.leave(model.visits.get(number));
            assertEquals(left, admissions.get(number).leave(), () -> number + " left");
        }

        private void everyoneLeaves() {
            for (int i = 0; i < admissions.size(); i++) {
                leave(i);
                gateAgreesWithModel();
            }
            GateSnapshot end = gate.snapshot();
            assertEquals(0, end.active());
            assertEquals(0, end.waiting());
        }

        private void gateAgreesWithModel() {
            for (Visit visit : model.visits) {
                Admission admission = admissions.get(visit.number);
                assertEquals(visit.state, admission.state(), () -> "state of " + visit.number);
                assertEquals(
                        expectedReport(visit), reported.getOrDefault(admission, ""), () -> "report of " + visit.number);
                if (visit.decision == Admission.Decision.WAITING) {
                    assertEquals(visit.waited, admission.waitNanos(), () -> "wait of " + visit.number);
                }
            }
            assertEquals(model.told.size(), told.size(), "told");
            assertEquals(model.told.subList(toldBefore, told.size()), told.subList(toldBefore, told.size()), "told");
            toldBefore = told.size();
        }

        private static String expectedReport(Visit visit) {
            return switch (visit.state) {
                case WAITING -> "";
                case ADMITTED -> "admitted;";
                case RELEASED -> "admitted;released;";
                case REFUSED, EXPIRED, ABANDONED, SHED -> "turned away " + visit.state + ";";
            };
        }

        private void promisesHold() {
            GateSnapshot now = gate.snapshot();
            assertEquals(model.limit, now.limit());
            assertTrue(now.active() <= Math.max(now.limit(), activeBefore), () -> "over the limit: " + now);
            boolean idle = now.waiting() > 0 && now.active() < now.limit();
            assertTrue(
                    !idle || model.order() == Order.ONE_PER_CLASS || model.isPaused(),
                    () -> "a waiter beside a free slot: " + now);
            assertEquals(model.isPaused(), now.paused());
            assertEquals(admissions.size(), now.arrived(), "arrived");
            assertEquals(count(State.WAITING), now.waiting(), "waiting");
            assertEquals(count(State.ADMITTED), now.active(), "active");
            assertEquals(count(State.RELEASED), now.released(), "released");
            assertEquals(count(State.REFUSED), now.refused(), "refused");
            assertEquals(count(State.EXPIRED), now.expired(), "expired");
            assertEquals(count(State.ABANDONED), now.abandoned(), "abandoned");
            assertEquals(count(State.SHED), now.shed(), "shed");
            assertEquals(toldNumbers.size(), told.size(), "told more than once");
            assertTrue(clock.pending() <= 63, "more tasks than the clock was promised");
            activeBefore = now.active();
        }

        private long count(State state) {
            return model.count(visit -> visit.state == state);
        }

        private Executor executor(Manner manner) {
            return switch (manner) {
                case STAYS, LEAVES, FAILS -> loop::add;
                case STAYS_AT_ONCE, LEAVES_AT_ONCE, FAILS_AT_ONCE -> Runnable::run;
                case REJECTED ->
                    task -> {
                        throw new RejectedExecutionException("shut down");
                    };
            };
        }

        private static SchedulingPolicy policy(Order order) {
            return switch (order) {
                case FIFO -> new FifoPolicy();
                case LIFO -> new LifoPolicy();
                case PRIORITY -> new PriorityPolicy();
                case AGEING -> new PriorityPolicy(GateModel.AGEING);
                case EDF -> new EdfPolicy(Map.of(), GateModel.PATIENCE);
                case ONE_PER_CLASS -> new OnePerClass();
            };
        }

        private final class Told implements AdmissionCallback {
            private final int number;
            private final Manner manner;

            Told(int number, Manner manner) {
                this.number = number;
                this.manner = manner;
            }

            private void tell(State state) {
                told.add(number + " " + state);
                toldNumbers.add(number);
            }

            @Override
            public void admitted(Admission admission) {
                tell(State.ADMITTED);
                switch (manner) {
                    case LEAVES, LEAVES_AT_ONCE -> admission.leave();
                    case FAILS, FAILS_AT_ONCE -> throw new QuietFailure();
                    default -> {}
                }
            }

            @Override
            public void turnedAway(Admission admission) {
                tell(admission.state());
            }
        }

        private final class Reporter implements GateListener {
            @Override
            public void arrived(Admission admission) {
                arrived = admission;
            }

            @Override
            public void admitted(Admission admission) {
                reported.merge(admission, "admitted;", String::concat);
            }

            @Override
            public void turnedAway(Admission admission) {
                reported.merge(admission, "turned away " + admission.state() + ";", String::concat);
            }

            @Override
            public void released(Admission admission) {
                reported.merge(admission, "released;", String::concat);
            }
        }
    }

    private static final class QuietFailure extends RuntimeException {
        QuietFailure() {
            super("cannot serve", null, false, false);
        }
    }
}
