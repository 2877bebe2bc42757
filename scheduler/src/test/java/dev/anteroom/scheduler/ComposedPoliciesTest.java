package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Each policy that divides the room, around others that order, displace and keep waiters back in their own way. */
class ComposedPoliciesTest {
    @Nested
    class FairOverLifo extends PolicySuite {
        @Override
        protected SchedulingPolicy policy() {
            return Policies.parse("fair(lifo)");
        }

        @Override
        protected SchedulingPolicy model() {
            return FairModel.of(Models::lifo);
        }
    }

    @Nested
    class CappedFairOverPriority extends PolicySuite {
        @Override
        protected SchedulingPolicy policy() {
            return new FairPolicy(PriorityPolicy::new, FairModel::lastByte, 2);
        }

        @Override
        protected SchedulingPolicy model() {
            return new FairModel(Models::priority, FairModel::lastByte, 2);
        }
    }

    @Nested
    class FairAmongClassesOverLifoAndPriority extends PolicySuite {
        @Override
        protected SchedulingPolicy policy() {
            return Policies.parse("fair(weight.0=3, 0: lifo, default: priority)");
        }

        @Override
        protected SchedulingPolicy model() {
            return new FairModel(List.of(
                    ClassModel.of(0, new Share(3, Share.UNCAPPED, 0), Models::lifo),
                    ClassModel.ofOthers(Share.EQUAL, Models::priority)));
        }
    }

    @Nested
    class PriorityOverFair extends PolicySuite {
        @Override
        protected SchedulingPolicy policy() {
            return Policies.parse("priority(0: fifo, default: fair)");
        }

        @Override
        protected SchedulingPolicy model() {
            return new ClassPriorityModel(List.of(
                    ClassModel.of(0, Share.EQUAL, Models::fifo),
                    ClassModel.ofOthers(Share.EQUAL, () -> FairModel.of(Models::fifo))));
        }
    }

    @Nested
    class PriorityOverFairOverFair extends PolicySuite {
        @Override
        protected SchedulingPolicy policy() {
            return Policies.parse("priority(1: lifo, default: fair(0: fair(cap=2, priority), default: fair(lifo)))");
        }

        @Override
        protected SchedulingPolicy model() {
            return new ClassPriorityModel(List.of(
                    ClassModel.of(1, Share.EQUAL, Models::lifo),
                    ClassModel.ofOthers(Share.EQUAL, PriorityOverFairOverFair::fair)));
        }

        private static SchedulingPolicy fair() {
            return new FairModel(List.of(
                    ClassModel.of(0, Share.EQUAL, () -> new FairModel(Models::priority, source -> 1, 2)),
                    ClassModel.ofOthers(Share.EQUAL, () -> FairModel.of(Models::lifo))));
        }
    }
}
