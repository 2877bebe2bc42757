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
 * The accepted connections of a listener that have not begun yet. They begin in the order in which they were accepted,
 * whichever loop serves them. A loop takes a connection only at the moment it begins it, so a stuck loop is never given
 * one.
 *
 * <p><b>The turn</b> keeps the order. Taking a connection and beginning it is one step, which one loop at a time takes.
 * A loop that finds the turn taken goes on with other work, and the loop that has the turn looks at the queue again
 * afterwards. No loop waits for the turn, so no lock is held while user code runs.
 *
 * <p><b>The preferred starter</b> only decides which loop wakes up. Another loop becomes the preferred one when it has
 * clearly fewer connections, and when no connection has begun for a while (see {@link #replacePreferred}).
 */
final class AcceptQueue {
    private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicReference<@Nullable ConnectionStarter> turn = new AtomicReference<>();
    private final List<ConnectionStarter> starters;
    private final Runnable whenEmpty;
    private volatile ConnectionStarter preferred;
    private volatile boolean paused = true;
    private volatile BooleanSupplier condition = () -> true;

    private final AtomicInteger begun = new AtomicInteger();

    /**
     * Creates a queue that is paused.
     *
     * @param whenEmpty called on one of the loops each time the last queued connection begins
     */
    AcceptQueue(List<NettyEventLoop> loops, ProtocolFactory factory, Runnable whenEmpty) {
        this.whenEmpty = whenEmpty;
        starters = loops.stream()
                .map(loop -> new ConnectionStarter(loop, this, factory))
                .toList();
        preferred = starters.get(0);
    }

    void add(Channel child) {
        size.incrementAndGet();
        accepted.add(child);
    }

    /** Wakes the preferred loop to begin the queued connections. May be called from any thread. */
    void wakeUp() {
        preferred.wakeUp();
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
        wakeUp();
    }

    boolean isPaused() {
        return paused;
    }

    /** Begins connections only while a condition is true, in addition to the conditions added before. */
    void require(BooleanSupplier added) {
        BooleanSupplier before = condition;
        condition = () -> before.getAsBoolean() && added.getAsBoolean();
    }

    /** Closes the queued connections. */
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

    /**
     * Prefers another loop because no connection has begun for a while; one that is not known to be stuck, if there is
     * one.
     */
    void replacePreferred() {
        preferred.updateStuck();
        int last = starters.indexOf(preferred);
        ConnectionStarter next = starter(last + 1);
        for (int i = 2; i < starters.size() && next.isStuck(); i++) {
            next = starter(last + i);
        }
        preferred = next;
        next.wakeUp();
    }

    private ConnectionStarter starter(int number) {
        return starters.get(Math.floorMod(number, starters.size()));
    }

    // ---- called by the starters

    boolean hasNext() {
        return !paused && !accepted.isEmpty();
    }

    boolean takeTurn(ConnectionStarter starter) {
        return turn.compareAndSet(null, starter);
    }

    void endTurn(ConnectionStarter starter) {
        turn.compareAndSet(starter, null);
    }

    /**
     * Returns the next connection to begin; null if there is none, or if none may begin now. Call only with the turn.
     */
    @Nullable
    Channel next() {
        if (paused || !condition.getAsBoolean()) {
            return null;
        }
        begun.incrementAndGet();
        return poll();
    }

    /**
     * Leaves the queued connections to another loop if that is preferred by now, or has clearly fewer connections.
     *
     * @param starter the starter that has just begun a connection
     * @param other the number of the starter to compare it with; any number is valid
     * @return whether another loop has taken over
     */
    boolean share(ConnectionStarter starter, int other) {
        ConnectionStarter next = starter(other);
        int load = starter.load();
        if (preferred == starter && !next.isStuck() && load > next.load() + 1 + load / 16) {
            preferred = next;
        }
        if (preferred == starter) {
            return false;
        }
        wakeUp();
        return true;
    }
}
