package dev.anteroom.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tries a thing with random histories of operations. A history that fails is shortened for as long as it goes on failing, and
 * told with its seed; {@code -Danteroom.seed=SEED} begins with that very history.
 *
 * <p>Operations are values; a trial gives them their meaning, and makes sense of every sequence of them. An operation on the
 * third of those who wait, say, is one on the third modulo their number, and does nothing if there are none.
 */
public final class RandomHistories {
    /** Replays at most, while shortening. */
    private static final int MAX_REPLAYS = Integer.getInteger("anteroom.replays", 10_000);

    private RandomHistories() {}

    /**
     * Tries random histories, and stops at the first that fails.
     *
     * @param histories how many
     * @param length operations in each
     * @param operation makes a random operation; its {@code toString} is what a reader sees
     * @param trial begins anew, goes through a history, and throws if it finds fault
     * @param <O> the operations' type
     * @throws AssertionError with the seed and the shortest history found that fails
     */
    public static <O> void check(
            int histories,
            int length,
            Function<? super Random, ? extends O> operation,
            Consumer<? super List<O>> trial) {
        long seed = Long.getLong("anteroom.seed", System.nanoTime());
        for (int i = 0; i < histories; i++) {
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

    /** Leaves out ever smaller parts, until no single operation can be left out. */
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
