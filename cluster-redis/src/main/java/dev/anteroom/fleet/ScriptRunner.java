package dev.anteroom.fleet;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs a Lua script, as a Redis does: all of it or nothing, one at a time. Thread-safe. */
@FunctionalInterface
public interface ScriptRunner {
    /**
     * Runs a script. Called often, and never waited for by the caller's thread.
     *
     * @param script its text, the same one each time
     * @param keys its KEYS
     * @param arguments its ARGV
     * @return the strings that it returns; or a failure, which does not say whether it ran
     */
    CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments);
}
