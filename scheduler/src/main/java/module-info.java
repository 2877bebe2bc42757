import dev.anteroom.gate.SchedulingPolicyProvider;
import dev.anteroom.scheduler.AdaptiveLifoPolicy;
import dev.anteroom.scheduler.CodelPolicy;
import dev.anteroom.scheduler.EdfPolicy;
import dev.anteroom.scheduler.FairPolicy;
import dev.anteroom.scheduler.FifoPolicy;
import dev.anteroom.scheduler.LifoPolicy;
import dev.anteroom.scheduler.PriorityPolicy;
import org.jspecify.annotations.NullMarked;

/** The scheduling policies, which decide the order in which waiters are admitted. */
@NullMarked
module dev.anteroom.scheduler {
    requires transitive dev.anteroom.api;

    exports dev.anteroom.scheduler;

    uses SchedulingPolicyProvider;

    provides SchedulingPolicyProvider with
            AdaptiveLifoPolicy.Provider,
            CodelPolicy.Provider,
            EdfPolicy.Provider,
            FairPolicy.Provider,
            FifoPolicy.Provider,
            LifoPolicy.Provider,
            PriorityPolicy.Provider;
}
