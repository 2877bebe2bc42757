package dev.anteroom.fuzz;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.scheduler.Policies;

/** Policy expressions of the command line and of requests. An accepted policy must work in a gate. */
public final class PolicyFuzz {
    private PolicyFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the expression
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, text -> {
            SchedulingPolicy policy = Policies.parse(text);
            AdmissionGate.builder().limit(1).policy(policy).build().close();
        });
    }
}
