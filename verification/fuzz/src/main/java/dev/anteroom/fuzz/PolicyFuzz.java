package dev.anteroom.fuzz;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.scheduler.Policies;

/** Policies as users write them, on the command line and in the body of a request. What is accepted must make a gate. */
public final class PolicyFuzz {
    private PolicyFuzz() {}

    /**
     * One input.
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
