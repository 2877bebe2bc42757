package dev.anteroom.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limiter.LifoBlockingLimiter;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The cost of an admission and its release, which every connection pays. A slot is always free with one thread, and
 * with a limit above the number of threads. With a limit of 1 and more threads, connections wait for a moment in the
 * waiting room of the gate; alternatives without a waiting room reject them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields
public class EnterReleaseBenchmark {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final Executor LOOP = Runnable::run;

    @Param({"1", "1000"})
    public int limit;

    private AdmissionGate gate;
    private Semaphore semaphore;
    private Limiter<Integer> simpleLimiter;
    private Limiter<Integer> lifoLimiter;
    private Bulkhead bulkhead;
    private RateLimiter rateLimiter;

    @Setup
    public void open() {
        gate = AdmissionGate.builder().limit(limit).build();
        semaphore = new Semaphore(limit);
        simpleLimiter = newSimpleLimiter();
        lifoLimiter = LifoBlockingLimiter.newBuilder(newSimpleLimiter()).build();
        bulkhead = Bulkhead.of(
                "bulkhead", BulkheadConfig.custom().maxConcurrentCalls(limit).build());
        rateLimiter = RateLimiter.create(1e12);
    }

    @Benchmark
    public Admission gate() {
        Admission admission = gate.enter(SOURCE, LOOP, IgnoringCallback.INSTANCE);
        admission.leave();
        return admission;
    }

    @Benchmark
    public boolean semaphore() {
        boolean acquired = semaphore.tryAcquire();
        if (acquired) {
            semaphore.release();
        }
        return acquired;
    }

    /** The lower bound for a permit per connection: a semaphore and an object of the size of an admission. */
    @Benchmark
    public Permit semaphoreAndObject() {
        Permit permit = new Permit(SOURCE, LOOP);
        permit.holds = semaphore.tryAcquire();
        if (permit.holds) {
            semaphore.release();
        }
        return permit;
    }

    @Benchmark
    public boolean netflixSimpleLimiter() {
        return passThrough(simpleLimiter);
    }

    @Benchmark
    public boolean netflixLifoBlockingLimiter() {
        return passThrough(lifoLimiter);
    }

    @Benchmark
    public boolean resilience4jSemaphoreBulkhead() {
        boolean acquired = bulkhead.tryAcquirePermission();
        if (acquired) {
            bulkhead.onComplete();
        }
        return acquired;
    }

    /** Bounds the rate of arrivals, not the number served, so there is no release. */
    @Benchmark
    public boolean guavaRateLimiter() {
        return rateLimiter.tryAcquire();
    }

    private Limiter<Integer> newSimpleLimiter() {
        return SimpleLimiter.newBuilder().limit(FixedLimit.of(limit)).build();
    }

    private static boolean passThrough(Limiter<Integer> limiter) {
        Optional<Limiter.Listener> slot = limiter.acquire(1);
        slot.ifPresent(Limiter.Listener::onSuccess);
        return slot.isPresent();
    }

    /** Occupies 112 bytes, like an admission. */
    static final class Permit {
        final SocketAddress source;
        final Executor loop;
        boolean holds;
        long a, b, c, d, e, f, g, h, i, j, k;

        Permit(SocketAddress source, Executor loop) {
            this.source = source;
            this.loop = loop;
        }
    }
}
