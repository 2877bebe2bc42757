package dev.anteroom.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the events of a session by kind, and collects violations. Thread-safe. */
final class Ledger {
    private static final int SAMPLES = 20;

    /** Kinds of events that must not happen. */
    enum Violation {
        WRONG_BYTES,
        ANSWER_CUT,
        UPLOAD_CUT,
        UNEXPLAINED_CUT,
        OVER_LIMIT,
        CALLBACK_ORDER,
        ACCOUNTS,
        DESCRIPTORS,
        STUCK,
        LOGGED_ERROR
    }

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final List<String> samples = new ArrayList<>();

    void count(Enum<?> what) {
        count(name(what));
    }

    private void count(String what) {
        counts.computeIfAbsent(what, name -> new LongAdder()).increment();
    }

    long counted(Enum<?> what) {
        LongAdder adder = counts.get(name(what));
        return adder == null ? 0 : adder.sum();
    }

    private static String name(Enum<?> what) {
        return what.getDeclaringClass().getSimpleName() + " " + what;
    }

    void violation(Violation kind, String what) {
        count(kind);
        synchronized (samples) {
            if (samples.size() < SAMPLES) {
                samples.add(kind + ": " + what);
                System.out.println(kind + ": " + what);
            }
        }
    }

    /** Returns the first violations in words; empty if there was none. */
    List<String> violations() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /** Returns all counts by name. */
    Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((name, adder) -> all.put(name, adder.sum()));
        return all;
    }
}
