package dev.anteroom.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** The calls of {@code fleet.lua} for one fleet. */
final class FleetScript {
    private static final String TEXT = read("fleet.lua");

    private final ScriptRunner redis;
    private final List<String> keys;

    FleetScript(ScriptRunner redis, String fleet) {
        this.redis = redis;
        // The braces put both keys into one hash slot of a Redis Cluster.
        this.keys = List.of("anteroom:{" + fleet + "}", "anteroom:{" + fleet + "}:nodes");
    }

    /** Reports the slots that a node holds, and asks for its grant. */
    CompletionStage<List<String>> beat(String node, Lease.Question question, Lease.Terms terms) {
        return run(
                "beat",
                node,
                question.generation(),
                question.number(),
                question.epoch(),
                question.held(),
                question.demand().served(),
                question.demand().waiting(),
                question.demand().need(),
                terms.weight(),
                terms.fallback(),
                terms.cutMillis(),
                question.demand().classes(),
                terms.leaseMillis(),
                question.limit(),
                question.limitVersion(),
                question.fleetMillis());
    }

    /** Ends a node's membership; the number must be above those of all its reports. */
    CompletionStage<List<String>> leave(String node, long generation, long number) {
        return run("leave", node, generation, number);
    }

    CompletionStage<List<String>> gone(String node) {
        return run("gone", node);
    }

    CompletionStage<List<String>> limit(int limit) {
        return run("limit", limit);
    }

    CompletionStage<List<String>> view() {
        return run("view");
    }

    /** Makes every call that a node makes, on keys that it removes afterwards. */
    CompletionStage<List<String>> check() {
        List<String> all = List.of(keys.get(0), keys.get(1), keys.get(0) + ":check", keys.get(1) + ":check");
        return redis.run(TEXT, all, List.of("check"));
    }

    private CompletionStage<List<String>> run(Object... arguments) {
        List<String> texts = new ArrayList<>(arguments.length);
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return redis.run(TEXT, keys, texts);
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(FleetScript.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
