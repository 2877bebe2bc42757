package dev.anteroom.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://h, false, , h, 6379, 0, redis://h:6379",
        "rediss://h:1/, true, , h, 1, 0, rediss://h:1",
        "redis://10.0.0.1:6380/3, false, , 10.0.0.1, 6380, 3, redis://10.0.0.1:6380/3",
        "redis://orders@redis.example.org, false, orders, redis.example.org, 6379, 0, redis://redis.example.org:6379",
        "rediss://a.b_c-d@[fd00::1]:7/9, true, a.b_c-d, fd00::1, 7, 9, rediss://[fd00::1]:7/9"
    })
    void a_uri_is_read(String text, boolean tls, String user, String host, int port, int database, String printed) {
        RedisAddress address = RedisAddress.parse(text);
        assertEquals(new RedisAddress(tls, user, host, port, database), address);
        assertEquals(printed, address.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:sesame@h",
                "redis://user:sesame@h",
                "redis://user:ses/ame@h",
                "redis://ses?ame@h",
                "redis://ses ame@h",
                "redis:/sesame@h",
                "REDIS://sesame@h",
                "redis-socket:///run/redis?password=sesame",
                "redis://h/sesame",
                "redis://h:sesame",
                "redis://[sesame]:1",
                "redis://sesame@h@i",
                "sesame",
                ""
            })
    void anything_else_is_refused_and_not_quoted(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> RedisAddress.parse(text));
        assertFalse(e.getMessage().contains("ame"), e.getMessage());
    }

    @Test
    void secrets_in_a_message_are_hidden() {
        assertEquals("\"redis://(hidden)@h\" is bad", RedisAddress.hideSecrets("\"redis://:a/b c@d@h\" is bad"));
        assertEquals("rediss:(hidden)@h", RedisAddress.hideSecrets("rediss:a@h"));
        assertEquals("a@b redis://h", RedisAddress.hideSecrets("a@b redis://h"));
    }
}
