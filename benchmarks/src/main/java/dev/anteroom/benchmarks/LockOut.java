package dev.anteroom.benchmarks;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.scheduler.FifoPolicy;
import dev.anteroom.scheduler.Policies;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures for how long an operation on a full waiting room locks out other threads: all waiters expire, or the gate is
 * closed, or its policy or limit changes. Meanwhile an observer thread takes snapshots of the gate in a loop, which
 * needs the lock. The program prints the longest time that the operation's thread worked during one snapshot, also as a
 * multiple of an uncontended enter and release. It measures the processor time of that thread, which excludes the
 * collector and other processes.
 *
 * <pre>{@code java -cp ... dev.anteroom.benchmarks.LockOut [WAITERS [ROUNDS]]}</pre>
 */
final class LockOut {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final Duration MAX_WAIT = Duration.ofHours(1);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String[] POLICIES = {"fifo", "priority", "fair"};

    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate;

    private LockOut(String policy, int waiters) {
        gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(AdmissionGate.MAX_COUNT)
                .maxWait(MAX_WAIT)
                .policy(Policies.parse(policy))
                .clock(clock)
                .build();
        for (int i = 0; i <= waiters; i++) {
            gate.enter(SOURCE, Runnable::run, IgnoringCallback.INSTANCE);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        int waiters = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 500_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        double pass = passNanos();
        System.out.printf("enter and release: %.0f ns%n", pass);
        for (String policy : POLICIES) {
            report("expiry", policy, waiters, rounds, pass, trial -> trial.clock.pass(MAX_WAIT));
            report("close", policy, waiters, rounds, pass, trial -> trial.gate.close());
            report("policy change", policy, waiters, rounds, pass, trial -> trial.gate.policy(new FifoPolicy()));
            report("limit", policy, waiters, rounds, pass, trial -> trial.gate.limit(waiters));
        }
    }

    private static void report(
            String what, String policy, int waiters, int rounds, double pass, Consumer<LockOut> operation)
            throws InterruptedException {
        long[] longest = new long[rounds];
        long[] whole = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            LockOut trial = new LockOut(policy, waiters);
            long begin = System.nanoTime();
            longest[i] = trial.longestSnapshot(operation);
            whole[i] = System.nanoTime() - begin;
        }
        Arrays.sort(longest);
        Arrays.sort(whole);
        long median = longest[rounds / 2];
        System.out.printf(
                "%-14s %-9s %d waiters: locked out %.3f ms (%.3f to %.3f),"
                        + " %.0f times enter and release; in all %.0f ms%n",
                what,
                policy,
                waiters,
                median / 1e6,
                longest[0] / 1e6,
                longest[rounds - 1] / 1e6,
                median / pass,
                whole[rounds / 2] / 1e6);
    }

    private long longestSnapshot(Consumer<LockOut> operation) throws InterruptedException {
        CountDownLatch observing = new CountDownLatch(1);
        Observer observer = new Observer(gate, observing, Thread.currentThread().getId());
        observer.start();
        observing.await();
        operation.accept(this);
        observer.over = true;
        observer.join();
        return observer.longestNanos;
    }

    private static double passNanos() {
        AdmissionGate free = AdmissionGate.builder().limit(1).build();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < 1_000_000; i++) {
                free.enter(SOURCE, Runnable::run, IgnoringCallback.INSTANCE).leave();
            }
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best / 1e6;
    }

    private static final class Observer extends Thread {
        private final AdmissionGate gate;
        private final CountDownLatch observing;
        private final long worker;
        private long longestNanos;
        private volatile boolean over;

        Observer(AdmissionGate gate, CountDownLatch observing, long worker) {
            this.worker = worker;
            this.gate = gate;
            this.observing = observing;
        }

        @Override
        public void run() {
            gate.snapshot();
            observing.countDown();
            while (!over) {
                long begin = THREADS.getThreadCpuTime(worker);
                gate.snapshot();
                longestNanos = Math.max(longestNanos, THREADS.getThreadCpuTime(worker) - begin);
                Thread.onSpinWait();
            }
        }
    }

    /** A clock that advances only by {@link #pass}. */
    private static final class ManualClock implements GateClock {
        private final AtomicLong now = new AtomicLong();
        private @Nullable Runnable task;

        void pass(Duration time) {
            now.addAndGet(time.toNanos());
            Objects.requireNonNull(task).run();
        }

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public void schedule(long delayNanos, Runnable later) {
            task = later;
        }
    }
}
