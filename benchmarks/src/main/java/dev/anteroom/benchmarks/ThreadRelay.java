package dev.anteroom.benchmarks;

import java.util.concurrent.Callable;

/** A relay whose waiter is a thread that blocks until it has the slot. */
final class ThreadRelay implements Relay, Runnable {
    /** Blocks until it has the slot, and returns the action that releases it. */
    private final Callable<Runnable> acquire;

    private final Thread waiter = new Thread(this, "relay");
    private Runnable mine = () -> {};
    private volatile int round;
    private volatile int passed;
    private volatile int wantedBack;

    ThreadRelay(Callable<Runnable> acquire) {
        this.acquire = acquire;
        waiter.setDaemon(true);
        waiter.start();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
    public void hold() throws Exception {
        wantedBack = round;
        mine = acquire.call();
        round = round + 1;
    }

    @Override
    public void release() {
        mine.run();
    }

    @Override
    public boolean isPassed() {
        return passed == round;
    }

    @Override
    public void run() {
        try {
            for (int next = 1; ; next++) {
                while (round < next) {
                    Thread.onSpinWait();
                }
                Runnable slot = acquire.call();
                passed = next;
                while (wantedBack < next) {
                    Thread.onSpinWait();
                }
                slot.run();
            }
        } catch (Exception e) {
            // The benchmark is over.
        }
    }

    @Override
    public void close() {
        waiter.interrupt();
    }
}
