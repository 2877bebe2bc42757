package dev.anteroom.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void a_list_matches_like_its_ranges_one_by_one() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<String> ranges = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ranges.add(address(random).getHostAddress() + "/" + random.nextInt(33));
            }
            AddressList list = list(String.join("\n", ranges));
            for (int i = 0; i < 50; i++) {
                InetAddress address = address(random);
                boolean expected = ranges.stream()
                        .anyMatch(range -> AddressRange.parse(range).contains(address));
                assertEquals(expected, list.include(new InetSocketAddress(address, 1)), address + " in " + ranges);
            }
        }
    }

    /** Returns one of few addresses, so that ranges overlap. */
    private static InetAddress address(Random random) throws UnknownHostException {
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(4) * 85);
        }
        return InetAddress.getByAddress(bytes);
    }

    @Test
    void reread_reads_the_same_file() throws IOException {
        AddressList list = list("10.0.0.1");
        list("10.0.0.2");
        assertFalse(isIn(list, "10.0.0.2"));
        assertTrue(isIn(list.reread(), "10.0.0.2"));
    }

    @Test
    void a_malformed_line_is_named() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> list("10.0.0.0/8\n10.0.0/8\n"));
        assertTrue(e.getMessage().contains("line 2: \"10.0.0/8\" is not a range"), e.getMessage());
    }
}
