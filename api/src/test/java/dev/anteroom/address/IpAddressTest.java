package dev.anteroom.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpAddressTest {
    /** The examples of RFC 5952, sections 4 and 5. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "0:0:0:0:0:0:0:0, ::",
        "1:0:0:0:0:0:0:0, 1::"
    })
    void an_ipv6_address_is_written_as_rfc_5952_says(String text, String canonical) {
        assertEquals(canonical, IpAddress.parse(text).toString());
        assertEquals(canonical, IpAddress.parse(text).toV6String());
    }

    @Test
    void a_mapped_address_is_an_ipv4_address() {
        assertEquals(IpAddress.parse("10.0.0.1"), IpAddress.parse("::ffff:10.0.0.1"));
        assertEquals("10.0.0.1", IpAddress.parse("::ffff:a00:1").toString());
        assertEquals("::ffff:10.0.0.1", IpAddress.parse("10.0.0.1").toV6String());
    }

    @Test
    void what_is_written_is_read_the_same() throws UnknownHostException {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            InetAddress address = InetAddress.getByAddress(AddressRangeTest.bytes(random));
            assertEquals(address, IpAddress.of(address).toInetAddress());
            assertEquals(
                    address, IpAddress.parse(IpAddress.of(address).toString()).toInetAddress());
            assertEquals(IpAddress.of(address), IpAddress.parse(address.getHostAddress()));
            assertEquals(
                    IpAddress.of(address), IpAddress.parse(IpAddress.of(address).toV6String()));
        }
    }

    @Test
    void an_address_is_not_looked_up_and_not_cut_to_fit() {
        for (String text :
                new String[] {"", "localhost", "10.1", "1.2.3.4 ", "[::1]", "fe80::1%1", "::1/128", "１.2.3.4"}) {
            assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text), text);
        }
    }

    @Test
    void socket_addresses_are_written_with_brackets_and_scope() throws UnknownHostException {
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        InetAddress scoped = Inet6Address.getByAddress(null, linkLocal, 7);
        assertEquals("[fe80::1%7]:80", IpAddress.format(new InetSocketAddress(scoped, 80)));
        assertEquals("[::1]:80", IpAddress.format(new InetSocketAddress("::1", 80)));
        assertEquals("10.0.0.1:80", IpAddress.format(new InetSocketAddress("10.0.0.1", 80)));
        assertEquals("/run/x", IpAddress.format(UnixDomainSocketAddress.of("/run/x")));
    }

    /** The JDK adds up the words of an address, so a client with a network of 48 bits can choose the sum. */
    @Test
    void addresses_that_collide_in_the_jdk_have_hashes_of_their_own() throws UnknownHostException {
        Set<Integer> theirs = new HashSet<>();
        Set<Integer> ours = new HashSet<>();
        Set<Integer> lowBits = new HashSet<>();
        for (int i = 1; i <= 4096; i++) {
            InetAddress address = InetAddress.getByName(String.format("2001:db8:0:%x::ffff:%x", i, 0x10000 - i));
            theirs.add(address.hashCode());
            ours.add(IpAddress.of(address).hashCode());
            lowBits.add(IpAddress.of(address).hashCode() & 0xfff);
        }
        assertTrue(theirs.size() < 10, () -> "the JDK has more hashes: " + theirs.size());
        assertTrue(ours.size() > 4000, () -> "too few hashes: " + ours.size());
        assertTrue(lowBits.size() > 2000, () -> "too few bins: " + lowBits.size());
    }
}
