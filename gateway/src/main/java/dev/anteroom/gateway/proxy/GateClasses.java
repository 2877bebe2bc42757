package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.PriorityRule;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/** Who is of which priority class, as last said. Thread-safe. */
final class GateClasses implements ToIntFunction<SocketAddress> {
    private volatile ToIntFunction<SocketAddress> current;

    GateClasses(List<PriorityRule> rules) {
        current = PriorityRule.firstMatch(rules);
    }

    /** Says otherwise, for those who come from now on. */
    void change(List<PriorityRule> rules) {
        current = PriorityRule.firstMatch(rules);
    }

    @Override
    public int applyAsInt(SocketAddress source) {
        return current.applyAsInt(source);
    }
}
