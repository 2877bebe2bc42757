package dev.anteroom.simulator;

import dev.anteroom.gate.Admission;
import java.util.Arrays;

/** What became of the clients of one run. */
final class Tally {
    /** The clients are divided by their order into so many windows, to show how things went. */
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

    /** From the end of the warm-up to the last arrival. */
    long spanBeginNanos = -1;

    long spanEndNanos;
    long goodInSpan;
    private long goodBeforeSpan;

    /** When a client last did something: the gates' timers may run on after that. */
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

    /** A client comes for the first time. */
    void came(int client, int source, long nowNanos) {
        wantedBySource[source]++;
        Window window = window(client);
        window.firstNanos = window.firstNanos < 0 ? nowNanos : window.firstNanos;
        window.clients++;
        extendSpan(nowNanos);
    }

    /**
     * The span ends here so far: what was good until now is in it, and what is over later is not, unless another
     * comes after that.
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
     * Good services that ended between the warm-up and the last arrival, in a second; 0 if there is nothing between.
     */
    double goodputPerSecond() {
        long span = spanEndNanos - spanBeginNanos;
        return spanBeginNanos < 0 || span <= 0 ? 0 : goodInSpan * 1e9 / span;
    }

    /** A slot is a client's. */
    void served(long waitNanos) {
        served++;
        waits.add(waitNanos);
        double seconds = waitNanos / 1e9;
        waitSum += seconds;
        waitSquares += seconds * seconds;
    }

    /** A service is over. */
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

    /** A client came or waited, and got no slot. */
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
