package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a gate: those of its user, and that of the rule that moves its limit. Changes are guarded by the
 * gate's lock. Reading the list is one volatile read.
 */
final class Listeners {
    private List<GateListener> users;
    private @Nullable GateListener ofRule;
    private volatile List<GateListener> all;

    Listeners(List<GateListener> users) {
        this.users = List.copyOf(users);
        this.all = this.users;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void add(GateListener listener) {
        users = with(users, listener);
        publish();
    }

    /** Removes a listener, which is compared by identity: its {@code equals} is user code. */
    boolean remove(GateListener listener) {
        List<GateListener> others = new ArrayList<>(users);
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i) == listener) {
                others.remove(i);
                users = List.copyOf(others);
                publish();
                return true;
            }
        }
        return false;
    }

    /** Replaces the listener of the rule. */
    void replaceRuleListener(@Nullable GateListener listener) {
        ofRule = listener;
        publish();
    }

    private void publish() {
        all = ofRule == null ? users : with(users, ofRule);
    }

    private static List<GateListener> with(List<GateListener> some, GateListener last) {
        GateListener[] more = some.toArray(new GateListener[some.size() + 1]);
        more[some.size()] = last;
        return List.of(more);
    }

    /** Tells all listeners. A listener that throws does not keep the others from being told. */
    void tell(Consumer<GateListener> event) {
        for (GateListener listener : all) {
            try {
                event.accept(listener);
            } catch (Throwable e) {
                Faults.report(Level.ERROR, () -> "a listener failed", e);
            }
        }
    }
}
