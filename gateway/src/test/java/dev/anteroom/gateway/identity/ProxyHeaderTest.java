package dev.anteroom.gateway.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests reading and writing of PROXY headers. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final ProxiedAddresses V4 = new ProxiedAddresses(at("192.0.2.7", 56324), at("198.51.100.1", 443));
    private static final ProxiedAddresses V6 = new ProxiedAddresses(at("2001:db8::7", 65535), at("2001:db8::1", 1));

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddresses.forString(address), port);
    }

    @Test
    void a_line_is_read_as_it_is_specified() {
        assertEquals(V4, read("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"));
        assertEquals(V6, read("PROXY TCP6 2001:db8::7 2001:DB8:0:0:0:0:0:1 65535 1\r\n"));
    }

    @Test
    void a_binary_header_is_read_as_it_is_specified() {
        assertEquals(V4, read(hex(SIGNATURE + "2111000c" + "c0000207" + "c6336401" + "dc04" + "01bb")));
    }

    @Test
    void an_unknown_line_has_no_addresses() {
        assertNull(read("PROXY UNKNOWN\r\n"));
        assertNull(read("PROXY UNKNOWN ffff:f...f:ffff what ever 65535 65535\r\n"));
    }

    @Test
    void a_local_header_has_no_addresses_whatever_follows() {
        assertNull(read(hex(SIGNATURE + "20000000")));
        assertNull(read(hex(SIGNATURE + "2011000c" + "c0000207" + "c6336401" + "dc04" + "01bb")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"21000003aabbcc", "2112000cc0000207c6336401dc0401bb", "21310000"})
    void what_is_not_tcp_names_nobody(String rest) {
        assertNull(read(hex(SIGNATURE + rest)));
    }

    @Test
    void extensions_are_skipped() {
        assertEquals(V4, read(hex(SIGNATURE + "21110011" + "c0000207c6336401dc0401bb" + "0200026868")));
    }

    @ParameterizedTest
    @EnumSource(ProxyVersion.class)
    void what_is_written_is_read_the_same_in_any_pieces_and_nothing_behind_it_is_taken(ProxyVersion version) {
        for (ProxiedAddresses ends : List.of(V4, V6)) {
            byte[] header = version.header(ends);
            byte[] more = Arrays.copyOf(header, header.length + 3);
            for (int cut = 0; cut <= more.length; cut++) {
                ProxyHeaderReader reader = new ProxyHeaderReader();
                ByteBuffer data = ByteBuffer.wrap(more);
                assertEquals(cut >= header.length, reader.read(data.limit(cut)));
                assertTrue(reader.read(data.limit(more.length)));
                assertEquals(header.length, data.position());
                assertEquals(ends, reader.addresses());
            }
        }
    }

    @Test
    void a_line_has_ipv6_addresses_as_rfc_5952_says() {
        assertEquals(
                "PROXY TCP6 2001:db8::7 2001:db8::1 65535 1\r\n", new String(ProxyVersion.V1.header(V6), ISO_8859_1));
    }

    @ParameterizedTest
    @EnumSource(ProxyVersion.class)
    void nobody_is_written_as_nobody(ProxyVersion version) {
        assertNull(read(version.header(null)));
    }

    @Test
    void an_ipv4_address_beside_an_ipv6_address_is_mapped() {
        ProxiedAddresses mixed = new ProxiedAddresses(V4.source(), V6.destination());
        assertEquals(
                "PROXY TCP6 ::ffff:192.0.2.7 2001:db8::1 56324 1\r\n",
                new String(ProxyVersion.V1.header(mixed), ISO_8859_1));
        assertEquals(mixed, read(ProxyVersion.V2.header(mixed)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXY  TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 \r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 65536\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 \r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.1 56324 443\r\n",
                "PROXY TCP4 2001:db8::7 2001:db8::1 56324 443\r\n",
                "PROXY TCP6 192.0.2.7 198.51.100.1 56324 443\r\n",
                "PROXY TCP6 fe80::1%lo 2001:db8::1 56324 443\r\n",
                "PROXY TCP6 host::7 2001:db8::1 56324 443\r\n",
                "PROXY UDP4 192.0.2.7 198.51.100.1 56324 443\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443                                                                ",
                "\r\n\r\nPROXY"
            })
    void what_is_no_header_is_told_in_a_line_that_quotes_nothing(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> read(text));
        assertTrue(e.getMessage().startsWith("the PROXY header "), e.getMessage());
        assertFalse(e.getMessage().contains("192"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1111000c", // version 1
                "2211000c", // command 2
                "2111000b" + "c0000207c6336401dc0401", // too short
                "21210023" + "00000000000000000000000000000000000000000000000000000000000000000000ff", // too short
                "21110ff1" // too long
            })
    void a_binary_header_that_is_none_is_refused(String rest) {
        assertThrows(IllegalArgumentException.class, () -> read(hex(SIGNATURE + rest)));
    }

    @Test
    void the_longest_header_is_read() {
        byte[] header = Arrays.copyOf(hex(SIGNATURE + "21110ff0" + "c0000207c6336401dc0401bb"), 4096);
        assertEquals(V4, read(header));
    }

    @Test
    void garbage_is_rejected_at_its_first_byte() {
        assertThrows(IllegalArgumentException.class, () -> new ProxyHeaderReader().read(ByteBuffer.wrap(hex("16"))));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static ProxiedAddresses read(String text) {
        return read(text.getBytes(ISO_8859_1));
    }

    private static ProxiedAddresses read(byte[] bytes) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        assertTrue(reader.read(ByteBuffer.wrap(bytes)), "it is not whole");
        return reader.addresses();
    }
}
