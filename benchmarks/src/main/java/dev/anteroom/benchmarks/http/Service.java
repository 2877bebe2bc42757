package dev.anteroom.benchmarks.http;

import java.time.Duration;

/** The work of each server for a request: a fixed answer after a fixed time. */
final class Service {
    static final int LIMIT = 50;
    static final Duration TIME = Duration.ofMillis(20);
    static final String ANSWER = "served\n";

    private Service() {}
}
