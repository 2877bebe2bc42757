package dev.anteroom.benchmarks.http;

import java.time.Duration;

/** What each of the servers does for a request: next to nothing, but not at once. */
final class Service {
    static final int LIMIT = 50;
    static final Duration TIME = Duration.ofMillis(20);
    static final String ANSWER = "served\n";

    private Service() {}
}
