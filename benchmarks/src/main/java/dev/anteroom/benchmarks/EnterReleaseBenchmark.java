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
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A connection comes, finds a slot free and nobody waiting, and goes: what every connection pays while there is no crowd. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnterReleaseBenchmark {
    private static final int LIMIT = 1000;
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final Executor LOOP = Runnable::run;

    private final AdmissionGate gate = AdmissionGate.builder().limit(LIMIT).build();
    private final Semaphore semaphore = new Semaphore(LIMIT);
    private final Limiter<Integer> simpleLimiter = newSimpleLimiter();
    private final Limiter<Integer> lifoLimiter =
            LifoBlockingLimiter.newBuilder(newSimpleLimiter()).build();
    private final Bulkhead bulkhead = Bulkhead.of(
            "bulkhead", BulkheadConfig.custom().maxConcurrentCalls(LIMIT).build());
    private final RateLimiter rateLimiter = RateLimiter.create(1e12);

    @Benchmark
    public Admission gate() {
        Admission admission = gate.enter(SOURCE, LOOP, Silent.CONNECTION);
        admission.leave();
        return admission;
    }

    @Benchmark
    public boolean semaphore() {
        boolean acquired = semaphore.tryAcquire();
        semaphore.release();
        return acquired;
    }

    @Benchmark
    public Limiter.Listener netflixSimpleLimiter() {
        return passThrough(simpleLimiter);
    }

    @Benchmark
    public Limiter.Listener netflixLifoBlockingLimiter() {
        return passThrough(lifoLimiter);
    }

    @Benchmark
    public boolean resilience4jSemaphoreBulkhead() {
        boolean acquired = bulkhead.tryAcquirePermission();
        bulkhead.onComplete();
        return acquired;
    }

    /** Bounds the arrivals, not the served: there is nothing to give back. */
    @Benchmark
    public boolean guavaRateLimiter() {
        return rateLimiter.tryAcquire();
    }

    private static Limiter<Integer> newSimpleLimiter() {
        return SimpleLimiter.newBuilder().limit(FixedLimit.of(LIMIT)).build();
    }

    private static Limiter.Listener passThrough(Limiter<Integer> limiter) {
        Limiter.Listener slot = limiter.acquire(1).orElseThrow();
        slot.onSuccess();
        return slot;
    }
}
