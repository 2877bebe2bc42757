package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.Waiters;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two threads at a gate in the same instant: the races in which other limiters lose permits and wake-ups. */
class GateRacesTest {
    private static final int ROUNDS = 300_000;

    private final AdmissionGate gate =
            AdmissionGate.builder().limit(1).maxWaiting(1).build();

    /** The connections of a round. */
    private Admission first = enter();

    private Admission second = first;
    private Admission third = first;

    @Test
    void a_waiter_that_races_with_the_last_release_is_admitted() {
        Race.run(ROUNDS, new Contest() {
            @Override
            public void left() {
                first.leave();
            }

            @Override
            public void right() {
                second = enter();
            }

            @Override
            public void judge() {
                assertEquals(State.ADMITTED, second.state());
                everyoneLeaves();
            }
        });
    }

    @Test
    void a_newcomer_does_not_take_a_slot_handed_to_a_waiter() {
        Race.run(ROUNDS, new Contest() {
            @Override
            public void prepare() {
                super.prepare();
                second = enter();
            }

            @Override
            public void left() {
                first.leave();
            }

            @Override
            public void right() {
                third = enter();
            }

            @Override
            public void judge() {
                assertEquals(State.ADMITTED, second.state());
                assertTrue(third.state() == State.WAITING || third.state() == State.REFUSED, third::toString);
                everyoneLeaves();
            }
        });
    }

    @Test
    void a_double_release_gives_one_slot_back() {
        AtomicInteger left = new AtomicInteger();
        Race.run(ROUNDS, new Contest() {
            @Override
            public void prepare() {
                super.prepare();
                left.set(0);
            }

            @Override
            public void left() {
                left.addAndGet(first.leave() ? 1 : 0);
            }

            @Override
            public void right() {
                left.addAndGet(first.leave() ? 1 : 0);
            }

            @Override
            public void judge() {
                assertEquals(1, left.get());
                everyoneLeaves();
            }
        });
    }

    @Test
    void leaving_while_being_admitted_loses_no_slot() {
        Race.run(ROUNDS, new Contest() {
            @Override
            public void prepare() {
                super.prepare();
                second = enter();
            }

            @Override
            public void left() {
                first.leave();
            }

            @Override
            public void right() {
                second.leave();
            }

            @Override
            public void judge() {
                assertTrue(second.state() == State.RELEASED || second.state() == State.ABANDONED, second::toString);
                everyoneLeaves();
            }
        });
    }

    @Test
    void raising_the_limit_admits_a_connection_that_arrives_meanwhile() {
        Race.run(ROUNDS, new Contest() {
            @Override
            public void left() {
                gate.limit(2);
            }

            @Override
            public void right() {
                second = enter();
            }

            @Override
            public void judge() {
                assertEquals(State.ADMITTED, second.state());
                gate.limit(1);
                everyoneLeaves();
            }
        });
    }

    @Test
    void refusals_that_race_with_releases_leave_the_gate_usable() {
        Race.run(ROUNDS, new Contest() {
            @Override
            public void prepare() {
                super.prepare();
                second = enter();
                assertEquals(State.REFUSED, enter().state());
            }

            @Override
            public void left() {
                first.leave();
                second.leave();
            }

            @Override
            public void right() {
                third = enter();
            }

            @Override
            public void judge() {
                assertTrue(third.state() == State.ADMITTED || third.state() == State.REFUSED, third::toString);
                everyoneLeaves();
            }
        });
    }

    private abstract class Contest implements Race.Contest {
        @Override
        public void prepare() {
            everyoneLeaves();
            first = enter();
            second = first;
            third = first;
        }
    }

    private Admission enter() {
        return gate.enter(Waiters.address(1, 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private void everyoneLeaves() {
        first.leave();
        second.leave();
        third.leave();
        assertEquals(0, gate.snapshot().active());
        assertEquals(0, gate.snapshot().waiting());
    }
}
