package dev.anteroom.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {
    @TempDir
    private Path folder;

    private AddressList list(String text) throws IOException {
        return AddressList.read(Files.writeString(folder.resolve("list"), text).toString());
    }

    private static boolean isIn(AddressList list, String address) {
        return list.include(new InetSocketAddress(InetAddresses.forString(address), 1));
    }

    @Test
    void comments_and_empty_lines_are_ignored() throws IOException {
        AddressList list = list("# all\n\n  10.0.0.0/8  # inner\r\n::1\n");
        assertTrue(isIn(list, "10.255.255.255"));
        assertTrue(isIn(list, "::1"));
        assertFalse(isIn(list, "11.0.0.0"));
        assertFalse(isIn(list, "::"));
    }

    @Test
    void ranges_may_be_nested_in_any_order() throws IOException {
        for (String text :
                List.of("10.0.0.0/24\n10.0.0.0/8\n", "10.0.0.0/8\n10.0.0.0/24\n", "10.9.0.0/16\n10.0.0.0/8")) {
            assertTrue(isIn(list(text), "10.200.0.1"), text);
            assertFalse(isIn(list(text), "9.255.255.255"), text);
        }
    }

    /** Ranges, addresses and their text come from Guava and from big numbers, which share no code with the list. */
    @Test
    void a_list_matches_like_its_ranges_one_by_one() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            List<SlowRange> ranges = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ranges.add(SlowRange.random(random));
            }
            AddressList list = list(ranges.stream().map(SlowRange::text).collect(Collectors.joining("\n")));
            for (int i = 0; i < 50; i++) {
                InetAddress address = address(random);
                boolean expected = ranges.stream().anyMatch(range -> range.contains(address));
                assertEquals(expected, list.include(new InetSocketAddress(address, 1)), address + " in " + ranges);
            }
        }
    }

    private record SlowRange(InetAddress first, int bits) {
        static SlowRange random(Random random) throws UnknownHostException {
            InetAddress address = address(random);
            int length = address.getAddress().length * Byte.SIZE;
            int bits = random.nextInt(length + 1);
            BigInteger number = prefix(address, bits).shiftLeft(length - bits);
            InetAddress first =
                    length == 32 ? InetAddresses.fromIPv4BigInteger(number) : InetAddresses.fromIPv6BigInteger(number);
            return new SlowRange(first, bits);
        }

        private static BigInteger prefix(InetAddress address, int bits) {
            return InetAddresses.toBigInteger(address).shiftRight(address.getAddress().length * Byte.SIZE - bits);
        }

        boolean contains(InetAddress address) {
            return address.getAddress().length == first.getAddress().length
                    && prefix(address, bits).equals(prefix(first, bits));
        }

        String text() {
            return InetAddresses.toAddrString(first) + "/" + bits;
        }
    }

    /** Returns one of few addresses of either version, so that ranges overlap. */
    private static InetAddress address(Random random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        bytes[0] = 0x20;
        for (int i = 1; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(6) == 0 ? random.nextInt(4) * 85 : 0);
        }
        return InetAddress.getByAddress(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\u2028", " \t\n", "\u00a0\n\n", "\u200b\r\n"})
    void a_file_may_come_from_any_editor(String lineEnd) throws IOException {
        AddressList list = list(String.join(
                lineEnd,
                "\ufeff10.0.0.0/255.0.0.0 ; the office",
                "; spammers",
                "[fd00::]/8 # inner",
                "\t::ffff:192.168.0.0/112",
                ""));
        for (String address : List.of("10.1.2.3", "fd00::1", "192.168.7.7")) {
            assertTrue(isIn(list, address), address);
        }
        assertFalse(isIn(list, "192.169.0.0"));
    }

    @Test
    void a_malformed_line_is_named_with_what_is_wrong() {
        assertFault(
                "10.0.0.1\n10.0.0.1/8",
                "line 2: \"10.0.0.1/8\" has bits set beyond its prefix; write 10.0.0.0/8 for the range");
        assertFault("::1\r\r10.0.0.0\u00a0/8", "line 3: \"10.0.0.0\\u00a0/8\" is not a range of addresses; write");
        assertFault("10.0.0.1\r\n10.0.0.1,x", "line 2: \"10.0.0.1,x\" is not a range of addresses; write");
        assertFault("10.0.0.1 10.0.0.2", "line 1: \"10.0.0.1 10.0.0.2\" is not a range of addresses; write");
        assertFault("# a\n\nfe80::1%eth0", "line 3: \"fe80::1%eth0\" has a scope");
    }

    private void assertFault(String text, String fault) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> list(text));
        assertTrue(e.getMessage().contains("list\", " + fault), e.getMessage());
    }

    @Test
    void a_file_in_utf_16_is_refused_with_the_way_out() throws IOException {
        Path file = Files.writeString(folder.resolve("list"), "\ufeff10.0.0.0/8", StandardCharsets.UTF_16LE);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> AddressList.read(file.toString()));
        assertTrue(
                e.getMessage().endsWith("list\", line 1: is text in UTF-16; save the file in UTF-8"), e.getMessage());
    }

    @Test
    void a_range_around_the_mapped_addresses_can_be_listed() throws IOException {
        AddressList list = list("::1\n10.0.0.0/8\n::fffe:0:0/95\n::/0");
        assertTrue(isIn(list, "10.0.0.1"));
        assertTrue(isIn(list, "::1"));
        assertFalse(isIn(list, "11.0.0.1"));
    }

    @Test
    void reread_reads_the_same_file() throws IOException {
        AddressList list = list("10.0.0.1");
        list("10.0.0.2");
        assertFalse(isIn(list, "10.0.0.2"));
        assertTrue(isIn(list.reread(), "10.0.0.2"));
    }
}
