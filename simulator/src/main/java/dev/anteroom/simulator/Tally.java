package dev.anteroom.simulator;

import dev.anteroom.gate.Admission;
import java.util.Arrays;

/** Counts what became of the clients of one run. */
final class Tally {
    /** The number of windows into which the clients are divided, in order of arrival, to show goodput over time. */
    static final int WINDOWS = 100;

    final WaitHistogram waits = new WaitHistogram();
    final long[] wantedBySource;
    final long[] goodBySource;
    final Window[] windows;
    private final int clients;
    private final long warmUpNanos;
    long arrived;
    long waited;
    long served;
    long good;
    long abandoned;
    long expired;
    long refused;
    long shed;
    long failed;

    /** The span of goodput per second: from the end of the warm-up to the last arrival. */
    long spanBeginNanos = -1;

    long spanEndNanos;
    long goodInSpan;
    private long goodBeforeSpan;

    /** The time of a client's last act. The timers of the gates may run on after that. */
    long lastNanos;

    double waitSum;
    double waitSquares;

    /** A part of the clients, in order of arrival. */
    static final class Window {
        long firstNanos = -1;
        long clients;
        long good;
    }

    Tally(Load load) {
        clients = load.count();
        warmUpNanos = load.warmUpNanos();
        wantedBySource = new long[load.sources()];
        goodBySource = new long[load.sources()];
        windows = new Window[Math.min(WINDOWS, clients)];
        Arrays.setAll(windows, i -> new Window());
    }

    /** Counts the first arrival of a client. */
    void clientArrived(int client, int source, long nowNanos) {
        wantedBySource[source]++;
        Window window = window(client);
        window.firstNanos = window.firstNanos < 0 ? nowNanos : window.firstNanos;
        window.clients++;
        extendSpan(nowNanos);
    }

    /**
     * Extends the span to now. It contains all goodput so far; later goodput is added only if another client arrives
     * after it.
     */
    private void extendSpan(long nowNanos) {
        if (spanBeginNanos < 0 && nowNanos >= warmUpNanos) {
            spanBeginNanos = nowNanos;
            goodBeforeSpan = good;
        }
        spanEndNanos = nowNanos;
        goodInSpan = good - goodBeforeSpan;
    }

    /**
     * Returns the goodput per second from the warm-up to the last arrival; 0 if there is no time between them.
     */
    double goodputPerSecond() {
        long span = spanEndNanos - spanBeginNanos;
        return spanBeginNanos < 0 || span <= 0 ? 0 : goodInSpan * 1e9 / span;
    }

    /** Counts an admission. */
    void served(long waitNanos) {
        served++;
        waits.add(waitNanos);
        double seconds = waitNanos / 1e9;
        waitSum += seconds;
        waitSquares += seconds * seconds;
    }

    /** Counts the end of a service. */
    void completed(int client, int source, long nowNanos, boolean isStillThere, boolean hasFailed) {
        lastNanos = Math.max(lastNanos, nowNanos);
        if (hasFailed) {
            failed++;
        } else if (isStillThere) {
            good++;
            goodBySource[source]++;
            goodInSpan += spanBeginNanos >= 0 && spanBeginNanos <= nowNanos && nowNanos <= spanEndNanos ? 1 : 0;
            window(client).good++;
        }
    }

    /** Counts an arrival that got no slot. */
    void unserved(Admission.State end) {
        switch (end) {
            case ABANDONED -> abandoned++;
            case EXPIRED -> expired++;
            case REFUSED -> refused++;
            case SHED -> shed++;
            case WAITING, ADMITTED, RELEASED -> throw new IllegalArgumentException(end + " is not the end of a wait");
        }
    }

    private Window window(int client) {
        return windows[(int) ((long) client * windows.length / clients)];
    }
}
