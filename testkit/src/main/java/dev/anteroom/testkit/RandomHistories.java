package dev.anteroom.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tests an object with random histories of operations. A failing history is shortened as long as it keeps failing, and
 * is reported with its seed; {@code -Danteroom.seed=SEED} starts with that history.
 *
 * <p>Operations are values. The trial gives them their meaning, and must accept every sequence of them. An operation on
 * the third waiter, for example, applies to the third modulo the number of waiters, and does nothing if there are none.
 */
public final class RandomHistories {
    /** Maximum number of replays while a history is shortened. */
    private static final int MAX_REPLAYS = Integer.getInteger("anteroom.replays", 10_000);

    /** A build on a second JDK runs a fifth of the histories, with {@code -Danteroom.short=true}. */
    static final int PARTS = Boolean.getBoolean("anteroom.short") ? 5 : 1;

    private RandomHistories() {}

    /**
     * Runs random histories, and stops at the first that fails.
     *
     * @param histories the number of histories; {@code -Danteroom.short=true} runs a fifth of them
     * @param length the number of operations in each
     * @param operation creates a random operation, whose {@code toString} appears in the failure
     * @param trial starts afresh, runs a history, and throws if it finds a fault
     * @param <O> the operations' type
     * @throws AssertionError with the seed and the shortest failing history that was found
     */
    public static <O> void check(
            int histories,
            int length,
            Function<? super Random, ? extends O> operation,
            Consumer<? super List<O>> trial) {
        long seed = Long.getLong("anteroom.seed", System.nanoTime());
        for (int i = 0; i < (histories + PARTS - 1) / PARTS; i++) {
            List<O> history = random(seed + i, length, operation);
            if (fault(history, trial) != null) {
                throw failure(seed + i, shortened(history, trial), trial);
            }
        }
    }

    private static <O> List<O> random(long seed, int length, Function<? super Random, ? extends O> operation) {
        Random random = new Random(seed);
        List<O> history = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            history.add(operation.apply(random));
        }
        return history;
    }

    private static <O> @Nullable Throwable fault(List<O> history, Consumer<? super List<O>> trial) {
        try {
            trial.accept(history);
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    /** Omits ever smaller parts, until no single operation can be omitted. */
    private static <O> List<O> shortened(List<O> failing, Consumer<? super List<O>> trial) {
        List<O> shortest = failing;
        int part = Math.max(1, shortest.size() / 2);
        int begin = 0;
        for (int replays = 0; replays < MAX_REPLAYS; replays++) {
            if (begin < shortest.size()) {
                List<O> shorter = without(shortest, begin, Math.min(begin + part, shortest.size()));
                boolean fails = fault(shorter, trial) != null;
                shortest = fails ? shorter : shortest;
                begin += fails ? 0 : part;
            } else if (part > 1) {
                part = part / 2;
                begin = 0;
            } else {
                return shortest;
            }
        }
        return shortest;
    }

    private static <O> List<O> without(List<O> history, int begin, int end) {
        List<O> rest = new ArrayList<>(history.subList(0, begin));
        rest.addAll(history.subList(end, history.size()));
        return rest;
    }

    private static <O> AssertionError failure(long seed, List<O> history, Consumer<? super List<O>> trial) {
        StringBuilder told = new StringBuilder("-Danteroom.seed=" + seed + ", shortened to:");
        history.forEach(operation -> told.append("\n    ").append(operation));
        Throwable fault = fault(history, trial);
        return new AssertionError(told.append("\n").append(fault).toString(), fault);
    }
}
