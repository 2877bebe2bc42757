package dev.anteroom.reactor;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Door;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Gates publishers of Project Reactor. A gated publisher is subscribed to when its source has a slot, and the slot is
 * given back when it completes, fails or is cancelled. Each subscription is an admission of its own. No thread waits.
 *
 * <pre>{@code
 * Mono<Answer> answer = service.call(request).transform(Admissions.of(tenants, request.tenant())::mono);
 * }</pre>
 *
 * <p>Cancelling a subscription whose source waits leaves the waiting room at once. A source that is refused, expires or
 * is shed fails with {@link dev.anteroom.gate.NotAdmittedException}. Backpressure is that of the gated publisher.
 */
public final class Admissions<S> {
    private final Door<S> door;
    private final S source;
    private final Scheduler scheduler;

    private Admissions(Door<S> door, S source, Scheduler scheduler) {
        this.door = Objects.requireNonNull(door, "door");
        this.source = Objects.requireNonNull(source, "source");
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
    }

    /**
     * Returns an operator that admits a source through a door. A source that had to wait is served on {@link
     * Schedulers#parallel()}.
     *
     * @param <S> the type of the source
     * @param door the way into the gate
     * @param source what asks for a slot, at each subscription
     * @return the operator
     */
    public static <S> Admissions<S> of(Door<S> door, S source) {
        return new Admissions<>(door, source, Schedulers.parallel());
    }

    /**
     * Sets where a source that had to wait is served. A source that is admitted at once is served where it subscribes.
     *
     * @param scheduler runs the subscription to the gated publisher
     * @return an operator that differs in the scheduler
     */
    public Admissions<S> on(Scheduler scheduler) {
        return new Admissions<>(door, source, scheduler);
    }

    /**
     * Gates a publisher of one value.
     *
     * @param <T> the type of the value
     * @param gated the publisher to gate
     * @return a publisher that is admitted first
     */
    public <T> Mono<T> mono(Mono<T> gated) {
        return Mono.using(this::enter, wait -> Mono.fromFuture(wait).then(gated), Door::leave);
    }

    /**
     * Gates a publisher of any number of values. The slot is held until the last one.
     *
     * @param <T> the type of the values
     * @param gated the publisher to gate
     * @return a publisher that is admitted first
     */
    public <T> Flux<T> flux(Flux<T> gated) {
        return Flux.using(this::enter, wait -> Mono.fromFuture(wait).thenMany(gated), Door::leave);
    }

    /**
     * Enters the source. Reactor may drop a value that comes while the subscription is cancelled, so the slot is given
     * back through this future and not by way of the values that were delivered.
     */
    private CompletableFuture<Admission> enter() {
        return door.acquireAsync(source, scheduler::schedule);
    }
}
