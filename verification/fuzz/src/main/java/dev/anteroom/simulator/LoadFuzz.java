package dev.anteroom.simulator;

import dev.anteroom.fuzz.Verdict;

/** Expressions for a synthetic load: arrivals, service times, departures, and the policies to compare. */
public final class LoadFuzz {
    private LoadFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the input, for each of the four parsers
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, LoadFuzz::parseArrivals);
        Verdict.on(data, Distribution::parse);
        Verdict.on(data, Departures::parse);
        Verdict.on(data, CommaList::split);
    }

    /** Parses all arrivals but files, which {@link RecordingFuzz} covers. */
    private static void parseArrivals(String text) {
        if (!text.startsWith("file:")) {
            Arrivals.parse(text);
        }
    }
}
