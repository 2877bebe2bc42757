package dev.anteroom.simulator;

import java.util.List;

/** A page. */
final class Report {
    private Report() {}

    static String html(String command, List<Outcome> outcomes) {
        return command + outcomes;
    }
}
