package dev.anteroom.transport.nio;

import dev.anteroom.expression.Durations;
import dev.anteroom.protocol.EventLoop.Cancellable;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop, in a binary heap. Each timer knows its index, so a cancelled timer leaves the heap in O(log
 * n). Confined to the loop's thread, except for {@link Timer#cancel}.
 */
final class Timers {
    private final NioEventLoop loop;
    private Timer[] heap = new Timer[16];
    private int size;

    Timers(NioEventLoop loop) {
        this.loop = loop;
    }

    /** Creates a timer without adding it. May be called from any thread. */
    Timer timer(Duration delay, Runnable task) {
        return new Timer(System.nanoTime() + Math.max(0, Durations.saturatedNanos(delay)), task);
    }

    void add(Timer timer) {
        if (timer.task != null) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            siftUp(timer, size++);
        }
    }

    /**
     * Returns the nanoseconds until the next timer is due: 0 or less if one is due, {@link Long#MAX_VALUE} if there is
     * none.
     */
    long nanosUntilNext() {
        return size == 0 ? Long.MAX_VALUE : heap[0].deadline - System.nanoTime();
    }

    /** Removes the timers that are due now and runs their tasks. Timers added meanwhile are left for the next call. */
    void runDue(Consumer<Runnable> runner) {
        if (size == 0) {
            return;
        }
        long now = System.nanoTime();
        while (size > 0 && heap[0].deadline - now < 0) {
            Timer due = heap[0];
            remove(due);
            Runnable task = due.task;
            if (task != null) {
                runner.accept(task);
            }
        }
    }

    private void remove(Timer timer) {
        int hole = timer.place;
        if (hole < 0) {
            return;
        }
        timer.place = -1;
        Timer last = heap[--size];
        heap[size] = null;
        if (last != timer) {
            siftUp(last, hole);
            siftDown(last, last.place);
        }
    }

    private void siftUp(Timer timer, int from) {
        int place = from;
        while (place > 0 && timer.isBefore(heap[(place - 1) / 2])) {
            put(heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        put(timer, place);
    }

    private void siftDown(Timer timer, int from) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(timer)) {
                break;
            }
            put(heap[child], place);
            place = child;
        }
        put(timer, place);
    }

    private void put(Timer timer, int place) {
        heap[place] = timer;
        timer.place = place;
    }

    /** A task and the time at which it is due. */
    final class Timer implements Cancellable {
        private final long deadline;
        private volatile @Nullable Runnable task;
        private int place = -1;

        private Timer(long deadline, Runnable task) {
            this.deadline = deadline;
            this.task = task;
        }

        long deadline() {
            return deadline;
        }

        private boolean isBefore(Timer other) {
            return deadline - other.deadline < 0;
        }

        @Override
        public void cancel() {
            task = null;
            if (loop.inEventLoop()) {
                remove(this);
            } else {
                loop.tryExecute(() -> remove(this));
            }
        }
    }
}
