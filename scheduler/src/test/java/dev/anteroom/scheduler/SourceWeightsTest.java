package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.address.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceWeightsTest {
    private static final SourceWeights WEIGHTS = SourceWeights.parse(
            "10.1.0.0/16*4;10.0.0.0/9*3;10.200.0.7*2; [fd00::]/8 *5;2001:db8::7*6;::ffff:192.168.0.0/112*8;0.0.0.0/0*9");

    @ParameterizedTest
    @CsvSource({
        "10.1.255.255, 4",
        "10.2.0.1, 3",
        "10.127.255.255, 3",
        "10.128.0.0, 9",
        "10.200.0.7, 2",
        "192.168.1.1, 8",
        "fdff::1, 5",
        "fe00::1, 1"
    })
    void the_first_range_that_contains_a_source_gives_its_weight(String source, int weight)
            throws UnknownHostException {
        assertEquals(weight, WEIGHTS.applyAsInt(AddressRange.parse(source)));
        assertEquals(weight, WEIGHTS.applyAsInt(InetAddress.getByName(source)));
    }

    @ParameterizedTest
    @CsvSource({"fd00::/64, 5", "2001:db8::/64, 6", "2001:db8:0:1::/64, 1", "10.1.0.0/24, 4"})
    void a_rule_matches_the_network_that_it_overlaps(String source, int weight) {
        assertEquals(weight, WEIGHTS.applyAsInt(AddressRange.parse(source)));
    }

    @Test
    void a_source_that_is_no_address_matches_as_it_is_written() {
        assertEquals(3, SourceWeights.parse("7*3").applyAsInt(7));
        assertEquals(1, SourceWeights.parse("7*3").applyAsInt(8));
        assertEquals(3, SourceWeights.parse("orders.example*3").applyAsInt("orders.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/8",
                "10.0.0.0*0",
                "10.0.0.0/33*2",
                "10.0.0.1/8*2",
                "10.0.0.256*2",
                "10.0.0*2",
                "fd00::1::*2",
                "fe80::1%lo*2",
                "7/3*2",
                "1.2.3.4.5/40*2",
                "*3",
                "1.2.3.4*2;"
            })
    void malformed_weights_are_reported(String text) {
        IllegalArgumentException fault = assertThrows(
                IllegalArgumentException.class,
                () -> Policies.parse("fair(weights=" + (text.isEmpty() ? ";" : text) + ")"));
        assertTrue(String.valueOf(fault.getMessage()).contains("column 1: parameter \"weights\""), fault.getMessage());
    }
}
