package dev.anteroom.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Addresses and ranges listed in a file, one per line; {@code #} begins a comment. A lookup is one search in a tree,
 * however long the list is. Two ranges are either nested or disjoint, so the list keeps only the outermost ones.
 */
public final class AddressList implements Clients {
    private static final int MAX_BYTES = 1 << 24;
    private static final Comparator<byte[]> BY_FAMILY_AND_NUMBER =
            Comparator.<byte[]>comparingInt(address -> address.length).thenComparing(Arrays::compareUnsigned);

    private final String file;

    /** Maps the first address of each range to the last one. */
    private final TreeMap<byte[], byte[]> ranges = new TreeMap<>(BY_FAMILY_AND_NUMBER);

    private AddressList(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param file the name of the file
     * @return the ranges in the file
     * @throws IllegalArgumentException if the file cannot be read or a line is malformed
     */
    public static AddressList read(String file) {
        AddressList list = new AddressList(file);
        int number = 0;
        for (String line : text(file).split("\n", -1)) {
            number++;
            String range = line.replaceFirst("#.*", "").strip();
            if (!range.isEmpty()) {
                list.add(range, number);
            }
        }
        return list;
    }

    private static String text(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("\"" + file + "\" is longer than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("\"" + file + "\" cannot be read: " + e, e);
        }
    }

    private void add(String text, int line) {
        AddressRange range;
        try {
            range = AddressRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + file + "\", line " + line + ": " + e.getMessage(), e);
        }
        if (!covers(range.first(), range.last())) {
            ranges.subMap(range.first(), true, range.last(), true).clear();
            ranges.put(range.first(), range.last());
        }
    }

    private boolean covers(byte[] first, byte[] last) {
        Map.Entry<byte[], byte[]> before = ranges.floorEntry(first);
        return before != null && BY_FAMILY_AND_NUMBER.compare(last, before.getValue()) <= 0;
    }

    @Override
    public boolean include(InetSocketAddress client) {
        byte[] address = client.getAddress().getAddress();
        return covers(address, address);
    }

    @Override
    public AddressList reread() {
        return read(file);
    }
}
