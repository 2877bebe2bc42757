package dev.anteroom.transport.netty;

import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a listener that were accepted and have not begun yet. They begin in the order in which they were accepted,
 * whichever loop serves them: a loop takes a connection at the moment it begins it, so none is given to a loop that is stuck.
 *
 * <p><b>The turn</b> makes the order. Taking a connection and beginning it is one step, taken by one loop at a time; a loop that
 * finds the turn taken goes on with other work, and the one that has it looks again afterwards. Nothing waits for the turn, so no
 * lock is held while user code runs.
 *
 * <p><b>The duty</b> only decides which loop is called. It moves to another loop when the one on duty has more connections than that
 * one, and when nothing has begun for a while (see {@link #relieve}).
 */
final class AcceptQueue {
    private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicReference<@Nullable Usher> turn = new AtomicReference<>();
    private final List<Usher> ushers;
    private final Runnable whenEmpty;
    private volatile Usher onDuty;
    private volatile boolean paused = true;
    private volatile BooleanSupplier condition = () -> true;

    private final AtomicInteger begun = new AtomicInteger();

    /**
     * Begins nothing yet.
     *
     * @param whenEmpty called on one of the loops each time the last of those here begins
     */
    AcceptQueue(List<NettyEventLoop> loops, ProtocolFactory factory, Runnable whenEmpty) {
        this.whenEmpty = whenEmpty;
        ushers = loops.stream().map(loop -> new Usher(loop, this, factory)).toList();
        onDuty = ushers.get(0);
    }

    void add(Channel child) {
        size.incrementAndGet();
        accepted.add(child);
    }

    /** Has those begin that are here. May be called from any thread. */
    void call() {
        onDuty.call();
    }

    int size() {
        return size.get();
    }

    int begun() {
        return begun.get();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        call();
    }

    boolean isPaused() {
        return paused;
    }

    /** Begins a connection only while a condition holds, besides those that were there before. */
    void require(BooleanSupplier added) {
        BooleanSupplier before = condition;
        condition = () -> before.getAsBoolean() && added.getAsBoolean();
    }

    /** Closes those that are here. */
    void discard() {
        for (Channel child = poll(); child != null; child = poll()) {
            child.unsafe().closeForcibly();
        }
    }

    private @Nullable Channel poll() {
        Channel child = accepted.poll();
        if (child != null && size.decrementAndGet() == 0) {
            whenEmpty.run();
        }
        return child;
    }

    /** None has begun for long: another loop is to do it, one that is not known to be stuck if there is one. */
    void relieve() {
        onDuty.check();
        int last = ushers.indexOf(onDuty);
        Usher next = usher(last + 1);
        for (int i = 2; i < ushers.size() && next.isStuck(); i++) {
            next = usher(last + i);
        }
        onDuty = next;
        next.call();
    }

    private Usher usher(int number) {
        return ushers.get(Math.floorMod(number, ushers.size()));
    }

    // ---- for ushers

    boolean hasNext() {
        return !paused && !accepted.isEmpty();
    }

    boolean takeTurn(Usher usher) {
        return turn.compareAndSet(null, usher);
    }

    void endTurn(Usher usher) {
        turn.compareAndSet(usher, null);
    }

    /** The next to begin; null if there is none, or none may begin now. Called with the turn. */
    @Nullable
    Channel next() {
        if (paused || !condition.getAsBoolean()) {
            return null;
        }
        begun.incrementAndGet();
        return poll();
    }

    /**
     * Leaves the rest to another loop if that is on duty by now, or clearly has fewer connections.
     *
     * @param usher has just begun one
     * @param other the number of the usher to compare it with, any number
     * @return whether it did
     */
    boolean share(Usher usher, int other) {
        Usher next = usher(other);
        int load = usher.load();
        if (onDuty == usher && !next.isStuck() && load > next.load() + 1 + load / 16) {
            onDuty = next;
        }
        if (onDuty == usher) {
            return false;
        }
        call();
        return true;
    }
}
