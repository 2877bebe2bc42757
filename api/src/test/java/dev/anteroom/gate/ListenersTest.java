package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Listeners that come to a gate and leave it while it is in use. */
class ListenersTest {
    private final SteppedClock clock = new SteppedClock();
    private final List<String> heard = new ArrayList<>();
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .listener(new Named("first"))
            .clock(clock)
            .build();

    @Test
    void an_added_listener_hears_every_event_after_the_others() {
        gate.addListener(new Named("second"));
        Visitor visitor = Visitor.at(gate);
        visitor.admission.leave();
        assertEquals(
                List.of(
                        "first arrived",
                        "second arrived",
                        "first admitted",
                        "second admitted",
                        "first released",
                        "second released"),
                heard);
    }

    @Test
    void a_removed_listener_hears_nothing_more() {
        Named second = new Named("second");
        gate.addListener(second);
        Visitor.at(gate);
        heard.clear();
        assertTrue(gate.removeListener(second));
        assertFalse(gate.removeListener(second));
        Visitor.at(gate);
        assertEquals(List.of("first arrived"), heard);
    }

    @Test
    void a_listener_hears_how_earlier_admissions_go_on() {
        AdmissionGate deaf = AdmissionGate.builder().limit(1).clock(clock).build();
        Visitor served = Visitor.at(deaf);
        Visitor waiter = Visitor.at(deaf);
        deaf.addListener(new Named("late"));
        clock.advance(Duration.ofSeconds(1));
        served.admission.leave();
        waiter.admission.leave();
        assertEquals(List.of("late released", "late admitted", "late released"), heard);
        assertEquals(0, served.admission.serviceNanos());
        assertEquals(Duration.ofSeconds(1).toNanos(), waiter.admission.waitNanos());
    }

    @Test
    void the_listener_of_a_rule_and_added_listeners_do_not_replace_each_other() {
        gate.limit(new Rule());
        Named second = new Named("second");
        gate.addListener(second);
        gate.limit(new Rule());
        assertTrue(gate.removeListener(second));
        Visitor.at(gate);
        assertEquals(List.of("first arrived", "rule arrived", "first admitted", "rule admitted"), heard);
        gate.limit(0);
        heard.clear();
        Visitor.at(gate);
        assertEquals(List.of("first arrived"), heard);
    }

    @Test
    void listeners_are_told_apart_by_identity() {
        Named one = new Named("twin");
        Named other = new Named("twin");
        gate.addListener(one);
        assertFalse(gate.removeListener(other));
        assertTrue(gate.removeListener(one));
    }

    @Test
    void a_listener_may_remove_itself_when_it_is_told() {
        GateListener once = new GateListener() {
            @Override
            public void arrived(Admission admission) {
                heard.add("once");
                gate.removeListener(this);
            }
        };
        gate.addListener(once);
        Visitor.at(gate);
        Visitor.at(gate);
        assertEquals(1, heard.stream().filter("once"::equals).count());
    }

    private final class Rule implements LimitRule {
        @Override
        public @Nullable GateListener govern(LimitControl control) {
            return new Named("rule");
        }

        @Override
        public String name() {
            return "rule";
        }
    }

    private final class Named implements GateListener {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void arrived(Admission admission) {
            heard.add(name + " arrived");
        }

        @Override
        public void admitted(Admission admission) {
            heard.add(name + " admitted");
        }

        @Override
        public void released(Admission admission) {
            heard.add(name + " released");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Named named && name.equals(named.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
