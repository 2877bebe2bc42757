package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who hears of a gate: its user's listeners, and that of the rule which moves its limit. Thread-safe; to look is one volatile read. */
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

    /** In the place of the one before. */
    void ofRule(@Nullable GateListener listener) {
        if (listener == null) {
            all = users;
        } else {
            GateListener[] more = users.toArray(new GateListener[users.size() + 1]);
            more[users.size()] = listener;
            all = List.of(more);
        }
    }

    /** Tells all; the fault of one is not the others'. */
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
