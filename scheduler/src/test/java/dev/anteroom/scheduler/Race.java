package dev.anteroom.scheduler;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs one action in each of two threads at the same instant, again and again. A random head start for one of them
 * produces every alignment.
 */
final class Race {
    private static final int MAX_HEAD_START = 100;
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private volatile int started = -1;
    private volatile int finished = -1;

    private Race() {}

    /** The two actions of a race, and its check. */
    interface Contest {
        void prepare();

        void left();

        void right();

        /** Throws if the outcome is wrong. Called when both threads are done. */
        void judge();
    }

    /** Runs a contest a given number of times, or fewer if that takes longer than a second. */
    static void run(int rounds, Contest contest) {
        new Race().race(rounds, contest);
    }

    private void race(int rounds, Contest contest) {
        CompletableFuture<Void> opponent = CompletableFuture.runAsync(() -> {
            Random random = new Random(1);
            for (int round = 0; awaitStart(round); round++) {
                spin(random.nextInt(MAX_HEAD_START));
                try {
                    contest.right();
                } finally {
                    finished = round;
                }
            }
        });
        try {
            Random random = new Random(2);
            long begin = System.nanoTime();
            for (int round = 0; round < rounds && System.nanoTime() - begin < MAX_NANOS; round++) {
                contest.prepare();
                started = round;
                spin(random.nextInt(MAX_HEAD_START));
                contest.left();
                while (finished != round) {
                    Thread.onSpinWait();
                }
                contest.judge();
            }
        } finally {
            started = Integer.MAX_VALUE;
            opponent.join();
        }
    }

    private boolean awaitStart(int round) {
        while (started < round) {
            Thread.onSpinWait();
        }
        return started == round;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
