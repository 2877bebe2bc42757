package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.testkit.Await;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that returns errors: the messages for the operator, and the number of connections to it. */
class RedisErrorsTest {
    private static final String NEEDED = "+eval +evalsha +time +info +hget +hmget +hgetall +hset +hdel";

    private RedisServer redis;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.open();
    }

    @AfterEach
    void stop() throws InterruptedException, IOException {
        redis.close();
    }

    private RedisScripts openAs(String commands) {
        assertEquals(
                "+OK", redis.say("ACL SETUSER gateway on >secret ~anteroom:* -@all +hello +client +ping " + commands));
        RedisURI uri = RedisURI.builder(redis.uri())
                .withAuthentication("gateway", "secret".toCharArray())
                .build();
        return RedisScripts.open(uri, Await.DEADLINE);
    }

    private static CompletionStage<Void> check(RedisScripts scripts) {
        return FleetLimit.check(scripts, "orders");
    }

    @Test
    void the_documented_commands_suffice_and_no_key_is_left() {
        try (RedisScripts scripts = openAs(NEEDED)) {
            Await.value(check(scripts).toCompletableFuture());
        }
        assertEquals(":0", redis.say("DBSIZE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "evalsha", "time", "info", "hget", "hmget", "hgetall", "hset", "hdel"})
    void a_user_without_one_of_the_commands_fails_the_check(String missing) {
        try (RedisScripts other = RedisScripts.open(redis.uri(), Await.DEADLINE)) {
            Await.value(check(other).toCompletableFuture()); // the Redis then knows the script, so it is not sent again
        }
        try (RedisScripts scripts = openAs(NEEDED + " -" + missing)) {
            Await.failure(check(scripts).toCompletableFuture());
        }
    }

    @Test
    void a_connection_is_not_replaced_at_every_error() {
        try (RedisScripts scripts = openAs("+eval +evalsha")) {
            for (int i = 0; i < 50; i++) {
                CompletionStage<List<String>> refused =
                        scripts.run("return {redis.call('TIME')[1]}", List.of("anteroom:any"), List.of());
                Await.failure(refused.toCompletableFuture());
            }
        }
        String counted = redis.say("EVAL \"return tonumber(string.match(redis.call('INFO', 'stats'),"
                + " 'total_connections_received:(%d+)'))\" 0");
        int connections = Integer.parseInt(counted.substring(1));
        assertTrue(connections <= 10, connections + " connections for 50 errors");
    }
}
