package dev.anteroom.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class SourcePrefixTest {
    private static final AdmissionCallback SILENT = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    };

    private static String source(SourcePrefix prefix, String address) {
        return prefix.apply(new InetSocketAddress(address, 1)).toString();
    }

    @Test
    void a_source_is_an_ipv4_address_or_an_ipv6_network_by_default() {
        assertEquals("10.0.0.1", source(SourcePrefix.DEFAULT, "10.0.0.1"));
        assertEquals("2001:db8::/64", source(SourcePrefix.DEFAULT, "2001:db8::1:2:3:4"));
        assertEquals("10.0.0.1", source(SourcePrefix.DEFAULT, "::ffff:10.0.0.1"));
    }

    @Test
    void the_prefixes_can_be_chosen() {
        assertEquals("10.0.0.0/24", source(new SourcePrefix(24, 128), "10.0.0.1"));
        assertEquals("2001:db8::1", source(new SourcePrefix(24, 128), "2001:db8::1"));
        assertThrows(IllegalArgumentException.class, () -> new SourcePrefix(33, 64));
        assertThrows(IllegalArgumentException.class, () -> new SourcePrefix(32, 0));
    }

    @Test
    void an_address_without_an_ip_address_is_its_own_source() {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        SocketAddress file = UnixDomainSocketAddress.of("/run/x");
        assertSame(unresolved, SourcePrefix.DEFAULT.apply(unresolved));
        assertSame(file, SourcePrefix.DEFAULT.apply(file));
    }

    @Test
    void a_gate_caps_the_connections_of_a_network_together() {
        AdmissionGate gate = AdmissionGate.builder().limit(10).maxPerSource(2).build();
        for (int i = 0; i < 5; i++) {
            gate.enter(new InetSocketAddress("2001:db8::" + i, 1), Runnable::run, SILENT);
        }
        gate.enter(new InetSocketAddress("2001:db8:0:1::1", 1), Runnable::run, SILENT);
        assertEquals(3, gate.snapshot().active());
        assertEquals(3, gate.snapshot().refused());
    }
}
