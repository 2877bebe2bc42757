package dev.anteroom.fleet;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs Lua scripts like a Redis: atomically and one at a time. Implementations must be thread-safe. */
@FunctionalInterface
public interface ScriptRunner {
    /**
     * Runs a script. Callers call this often, and never block on the result.
     *
     * @param script the text of the script, the same in every call
     * @param keys the script's {@code KEYS}
     * @param arguments the script's {@code ARGV}
     * @return the strings that the script returns; a failure does not imply that the script did not run
     */
    CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments);
}
