package dev.anteroom.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.net.InetAddresses;
import dev.anteroom.address.AddressRange;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityRuleTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "192.168.4.128/25, 192.168.4.200, true",
        "192.168.4.128/25, 192.168.4.127, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe80::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1/128, ::1, true",
        "::/0, 127.0.0.1, false",
        "0.0.0.0/0, ::1, false",
    })
    void a_range_holds_the_addresses_that_begin_alike(String range, String address, boolean holds) {
        assertEquals(holds, AddressRange.parse(range).contains(InetAddresses.forString(address)));
    }

    @Test
    void the_first_rule_that_matches_counts() {
        List<PriorityRule> rules = List.of(
                PriorityRule.parse("10.1.0.0/16=3"),
                PriorityRule.parse("10.0.0.0/8=1"),
                PriorityRule.parse("10.1.2.3=0"));
        assertEquals(3, classOf("10.1.2.3", rules));
        assertEquals(1, classOf("10.2.0.0", rules));
    }

    @Test
    void a_client_that_matches_no_rule_has_class_10() {
        assertEquals(10, classOf("127.0.0.1", List.of()));
        assertEquals(10, classOf("127.0.0.1", List.of(PriorityRule.parse("::/0=0"))));
    }

    private static int classOf(String address, List<PriorityRule> rules) {
        return PriorityRule.firstMatch(rules).applyAsInt(new InetSocketAddress(InetAddresses.forString(address), 1));
    }
}
