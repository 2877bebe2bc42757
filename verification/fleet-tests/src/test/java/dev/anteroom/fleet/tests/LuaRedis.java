package dev.anteroom.fleet.tests;

import dev.anteroom.fleet.ScriptRunner;
import dev.anteroom.gate.GateClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JsePlatform;

/**
 * The part of a Redis that the fleet's script uses, with a Lua interpreter that runs the real script, behind a virtual
 * network with a delay. Single-threaded.
 */
final class LuaRedis implements ScriptRunner {
    private static final long LEAST_DELAY_NANOS = 200_000;
    private static final long MORE_DELAY_NANOS = 800_000;

    /**
     * A start early enough for milliseconds to fit an int, which is all that the interpreter can format as an integer.
     */
    private static final long EPOCH_MICROS = 1_000_000_000;

    private final GateClock clock;
    private final long beginNanos;
    private final SplittableRandom random;
    private final Globals lua = JsePlatform.standardGlobals();
    private final Map<String, Map<String, String>> hashes = new LinkedHashMap<>();
    private LuaValue script = LuaValue.NIL;
    private long calls;
    private long stepMicros;
    private String history = "0000";

    LuaRedis(GateClock clock, SplittableRandom random) {
        this.clock = clock;
        this.beginNanos = clock.nanoTime();
        this.random = random;
        lua.set("unpack", lua.get("table").get("unpack")); // a global in Lua 5.1, which Redis runs
        LuaTable redis = new LuaTable();
        redis.set("call", new Call());
        lua.set("redis", redis);
    }

    /** Returns the number of calls so far. */
    long calls() {
        return calls;
    }

    /** Sets the server's clock, forward or back. */
    void stepClock(Duration step) {
        stepMicros += step.toNanos() / 1000;
    }

    /** Removes a key, as an eviction does. */
    void lose(String key) {
        hashes.remove(key);
    }

    /** Returns the current data, as a replica has them that receives no further writes. */
    Map<String, Map<String, String>> copy() {
        Map<String, Map<String, String>> copy = new LinkedHashMap<>();
        hashes.forEach((key, hash) -> copy.put(key, new LinkedHashMap<>(hash)));
        return copy;
    }

    /** Makes the process primary again, after it has followed a primary with these data. */
    void failBack(Map<String, Map<String, String>> data) {
        hashes.clear();
        hashes.putAll(data);
        history += "1";
    }

    @Override
    public CompletionStage<List<String>> run(String text, List<String> keys, List<String> arguments) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        clock.schedule(delay(), () -> {
            List<String> result = runNow(text, keys, arguments);
            clock.schedule(delay(), () -> answer.complete(result));
        });
        return answer;
    }

    private long delay() {
        return LEAST_DELAY_NANOS + random.nextLong(MORE_DELAY_NANOS);
    }

    private List<String> runNow(String text, List<String> keys, List<String> arguments) {
        calls++;
        if (script.isnil()) {
            script = lua.load(text, "fleet.lua");
        }
        lua.set("KEYS", list(keys));
        lua.set("ARGV", list(arguments));
        LuaTable result = script.call().checktable();
        List<String> answer = new ArrayList<>();
        for (int i = 1; i <= result.length(); i++) {
            answer.add(result.get(i).checkjstring());
        }
        return answer;
    }

    private static LuaTable list(Iterable<String> texts) {
        LuaTable table = new LuaTable();
        int i = 0;
        for (String text : texts) {
            table.set(++i, text == null ? LuaValue.FALSE : LuaValue.valueOf(text));
        }
        return table;
    }

    /** Implements {@code redis.call}. */
    private final class Call extends VarArgFunction {
        @Override
        public Varargs invoke(Varargs arguments) {
            String command = arguments.checkjstring(1);
            return switch (command) {
                case "TIME" -> time();
                case "INFO" -> LuaValue.valueOf(info(arguments.checkjstring(2)));
                default ->
                    onHash(
                            command,
                            hashes.computeIfAbsent(arguments.checkjstring(2), k -> new LinkedHashMap<>()),
                            arguments);
            };
        }

        private String info(String section) {
            return section.equals("server")
                    ? "# Server\r\nrun_id:0123456789abcdef\r\n"
                    : "# Replication\r\nmaster_replid:" + history + "\r\nmaster_replid2:0\r\n";
        }

        private LuaValue time() {
            long micros = stepMicros + EPOCH_MICROS + (clock.nanoTime() - beginNanos) / 1000;
            return list(List.of(Long.toString(micros / 1_000_000), Long.toString(micros % 1_000_000)));
        }

        private LuaValue onHash(String command, Map<String, String> hash, Varargs arguments) {
            return switch (command) {
                case "HGET" -> orFalse(hash.get(arguments.checkjstring(3)));
                case "HMGET" -> {
                    List<String> values = new ArrayList<>();
                    for (int i = 3; i <= arguments.narg(); i++) {
                        values.add(hash.get(arguments.checkjstring(i)));
                    }
                    yield list(values);
                }
                case "HSET" -> {
                    for (int i = 3; i < arguments.narg(); i += 2) {
                        hash.put(arguments.checkjstring(i), arguments.checkjstring(i + 1));
                    }
                    yield LuaValue.ZERO;
                }
                case "HDEL" -> {
                    int removed = 0;
                    for (int i = 3; i <= arguments.narg(); i++) {
                        removed += hash.remove(arguments.checkjstring(i)) == null ? 0 : 1;
                    }
                    yield LuaValue.valueOf(removed);
                }
                case "HGETALL" -> {
                    List<String> flat = new ArrayList<>();
                    hash.forEach((field, value) -> {
                        flat.add(field);
                        flat.add(value);
                    });
                    yield list(flat);
                }
                default ->
                    throw new IllegalArgumentException("the script calls " + command + ", which is not simulated");
            };
        }

        private static LuaValue orFalse(String text) {
            return text == null ? LuaValue.FALSE : LuaValue.valueOf(text);
        }
    }
}
