package dev.anteroom.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "10.0.0.0/8, 10.0.0.0/8",
        "10.0.0.0/255.0.0.0, 10.0.0.0/8",
        "10.0.0.1/255.255.255.255, 10.0.0.1",
        "0.0.0.0/0.0.0.0, 0.0.0.0/0",
        "0.0.0.0/0, 0.0.0.0/0",
        "10.0.0.1/32, 10.0.0.1",
        "fd00::/8, fd00::/8",
        "FD00:0:0:0:0:0:0:0/8, fd00::/8",
        "fd00::/ff00::, fd00::/8",
        "[fd00::]/8, fd00::/8",
        "[fd00::/8], fd00::/8",
        "[::1], ::1",
        "::/0, ::/0",
        "::1/128, ::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "64:ff9b::10.0.0.0/104, 64:ff9b::a00:0/104",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:a00:0/104, 10.0.0.0/8",
        "[::ffff:10.0.0.0]/104, 10.0.0.0/8",
        "::ffff:0:0/96, 0.0.0.0/0",
        "0:0:0:0:0:ffff:10.1.2.3, 10.1.2.3",
        "::ffff:10.0.0.0/ffff:ffff:ffff:ffff:ffff:ffff:ff00:0, 10.0.0.0/8"
    })
    void a_range_is_read_in_every_usual_form(String text, String canonical) {
        assertEquals(canonical, AddressRange.parse(text).toString());
        assertEquals(AddressRange.parse(canonical), AddressRange.parse(text));
        assertEquals(
                AddressRange.parse(canonical).hashCode(),
                AddressRange.parse(text).hashCode());
    }

    @Test
    void blanks_of_all_kinds_around_a_range_are_ignored() {
        for (String blank :
                new String[] {" ", "\t", "\r", "\u00a0", "\u200b", "\ufeff", "\u202f", "\u3000", "\u200e"}) {
            assertEquals(
                    "10.0.0.0/8",
                    AddressRange.parse(blank + "10.0.0.0/8" + blank + blank).toString());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    10.0.0.1/8               | has bits set beyond its prefix; write 10.0.0.0/8 for the range, or 10.0.0.1
                    10.0.0.1/255.0.0.0       | write 10.0.0.0/8 for the range
                    fd00::1/8                | write fd00::/8 for the range, or fd00::1
                    ::ffff:10.0.0.1/104      | write 10.0.0.0/8 for the range, or 10.0.0.1
                    ::ffff:127.0.0.0/8       | is an IPv4-mapped range, whose prefix has from 96 to 128 bits; write 127.0.0.0/8
                    ::ffff:10.0.0.0/95       | whose prefix has from 96 to 128 bits
                    10.0.0.0/33              | its prefix has more than 32 bits
                    fd00::/129               | its prefix has more than 128 bits
                    10.0.0.0/08              | neither a number of bits nor a netmask
                    10.0.0.0/+8              | neither a number of bits nor a netmask
                    10.0.0.0/-8              | neither a number of bits nor a netmask
                    10.0.0.0/                | neither a number of bits nor a netmask
                    10.0.0.0/8/8             | neither a number of bits nor a netmask
                    10.0.0.0/ff00::          | neither a number of bits nor a netmask
                    fd00::/255.0.0.0         | neither a number of bits nor a netmask
                    10.0.0.0/255.0.255.0     | its netmask is not ones followed by zeros
                    10.0.0.0/0.255.255.255   | its netmask is not ones followed by zeros
                    fd00::/ff00::1           | its netmask is not ones followed by zeros
                    fe80::1%eth0             | has a scope (after the "%")
                    fe80::%eth0/10           | has a scope (after the "%")
                    10.0.0                   | is not a range of addresses; write ADDRESS/BITS
                    10.0.0.0.0               | is not a range of addresses
                    10.0.0.256               | is not a range of addresses
                    010.0.0.1                | is not a range of addresses
                    0x0a.0.0.1               | is not a range of addresses
                    167772161                | is not a range of addresses
                    [10.0.0.1]               | is not a range of addresses
                    10.0.0.0-10.0.0.9        | is not a range of addresses
                    example.org              | is not a range of addresses
                    1:2:3:4:5:6:7            | is not a range of addresses
                    1:2:3:4:5:6:7:8:9        | is not a range of addresses
                    1::2::3                  | is not a range of addresses
                    ::1:2:3:4:5:6:7:8        | is not a range of addresses
                    12345::                  | is not a range of addresses
                    :1:2:3:4:5:6:7           | is not a range of addresses
                    1.2.3.4::                | is not a range of addresses
                    ::1.2.3.4:1              | is not a range of addresses
                    :                        | is not a range of addresses
                    /8                       | is not a range of addresses
                    """)
    void anything_else_is_refused_with_the_way_out(String text, String wayOut) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
        assertTrue(e.getMessage().startsWith("\"" + text + "\" "), e.getMessage());
        assertTrue(e.getMessage().contains(wayOut), e.getMessage());
    }

    @Test
    void an_invisible_character_within_a_range_is_shown_by_its_escape() {
        assertShown("10.0.0.0\u00a0/8", "10.0.0.0\\u00a0/8");
        assertShown("10.0.0\u200b.0/8", "10.0.0\\u200b.0/8");
        assertShown("10.0.0.0/8\ud83d\udc7b\u0301", "10.0.0.0/8\ud83d\udc7b\\u0301");
        assertShown("10.0.0.0\r/8\0", "10.0.0.0\\r/8\\u0000");
        assertShown("\uff11\uff10.0.0.0/8", "\uff11\uff10.0.0.0/8"); // wide digits are visible, and no digits here
    }

    private static void assertShown(String text, String shown) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
        assertTrue(e.getMessage().startsWith("\"" + shown + "\" "), e.getMessage());
    }

    @Test
    void a_long_text_is_cut_off_in_the_message() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> AddressRange.parse("1".repeat(100_000)));
        assertTrue(e.getMessage().length() < 300, e.getMessage());
    }

    @Test
    void a_range_of_one_version_contains_no_address_of_the_other() throws UnknownHostException {
        assertFalse(AddressRange.parse("::/0").contains(InetAddress.getByName("10.0.0.1")));
        assertFalse(AddressRange.parse("0.0.0.0/0").contains(InetAddress.getByName("::1")));
        assertFalse(AddressRange.parse("::/0").contains(AddressRange.parse("0.0.0.0/0")));
        assertFalse(AddressRange.parse("::fffe:0:0/95").contains(InetAddress.getByName("10.0.0.1")));
    }

    @Test
    void matching_agrees_with_comparing_bit_by_bit() throws UnknownHostException {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] network = bytes(random);
            byte[] address = bytes(random);
            int prefix = random.nextInt(network.length * Byte.SIZE + 1);
            AddressRange range = AddressRange.of(IpAddress.of(InetAddress.getByAddress(network)), prefix);
            boolean expected =
                    network.length == address.length && prefix(network, prefix).equals(prefix(address, prefix));
            assertEquals(expected, range.contains(InetAddress.getByAddress(address)), range + " and " + i);
            assertEquals(range, AddressRange.parse(range.toString()));
            assertEquals(prefix, range.prefixLength());
        }
    }

    private static BigInteger prefix(byte[] address, int bits) {
        return new BigInteger(1, address).shiftRight(address.length * Byte.SIZE - bits);
    }

    /** Returns one of few addresses of either version, so that prefixes are often shared. */
    static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        bytes[0] = 0x20;
        for (int i = 1; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : 0);
        }
        return bytes;
    }

    @Test
    void ranges_are_ordered_with_the_larger_one_first() {
        String[] ordered = {"0.0.0.0/0", "0.0.0.0/8", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.0", "10.0.0.1", "::/0", "::1"
        };
        for (int i = 0; i < ordered.length; i++) {
            for (int j = 0; j < ordered.length; j++) {
                int order = AddressRange.parse(ordered[i]).compareTo(AddressRange.parse(ordered[j]));
                assertEquals(Integer.signum(i - j), Integer.signum(order), ordered[i] + " and " + ordered[j]);
            }
        }
    }
}
