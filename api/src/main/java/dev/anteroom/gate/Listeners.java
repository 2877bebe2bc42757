package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of a gate: those of its user, and that of the rule that moves its limit. Thread-safe. Reading the list
 * is one volatile read.
 */
final class Listeners {
    private final List<GateListener> users;
    private volatile List<GateListener> all;

    Listeners(List<GateListener> users) {
        this.users = List.copyOf(users);
        this.all = this.users;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Replaces the listener of the rule. */
    void replaceRuleListener(@Nullable GateListener listener) {
        if (listener == null) {
            all = users;
        } else {
            GateListener[] more = users.toArray(new GateListener[users.size() + 1]);
            more[users.size()] = listener;
            all = List.of(more);
        }
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
