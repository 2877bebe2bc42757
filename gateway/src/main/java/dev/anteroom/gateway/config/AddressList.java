package dev.anteroom.gateway.config;

import dev.anteroom.address.AddressRange;
import dev.anteroom.address.Visible;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Addresses and ranges listed in a file, one per line; {@code #} or {@code ;} begins a comment. A lookup is one search
 * in a tree, however long the list is. Two ranges are either nested or disjoint, so the list keeps only the outermost
 * ones.
 */
public final class AddressList implements Clients {
    private static final int MAX_BYTES = 1 << 24;
    private static final Pattern LINE_END = Pattern.compile("\\R");
    private static final Pattern COMMENT = Pattern.compile("[#;].*", Pattern.DOTALL);

    private final String file;
    private final TreeSet<AddressRange> ranges = new TreeSet<>();

    private AddressList(String file) {
        this.file = file;
    }

    /**
     * Reads a file in UTF-8, whatever its line ends, and with or without a byte order mark.
     *
     * @param file the name of the file
     * @return the ranges in the file
     * @throws IllegalArgumentException if the file cannot be read or a line is malformed
     */
    public static AddressList read(String file) {
        AddressList list = new AddressList(file);
        String[] lines = LINE_END.split(list.text(), -1);
        for (int i = 0; i < lines.length; i++) {
            String range = COMMENT.matcher(lines[i]).replaceFirst("");
            if (!Visible.strip(range).isEmpty()) {
                list.add(range, i + 1);
            }
        }
        return list;
    }

    private String text() {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw fault(" is longer than " + MAX_BYTES + " bytes");
            } else if (isUtf16(bytes)) {
                throw fault(", line 1: is text in UTF-16; save the file in UTF-8");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw fault(" cannot be read: " + e);
        }
    }

    /** Returns whether a file begins with a byte order mark of UTF-16. */
    private static boolean isUtf16(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] & bytes[1] & 0xff) == 0xfe && bytes[0] != bytes[1];
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(Visible.quote(file) + what);
    }

    private void add(String text, int line) {
        AddressRange range;
        try {
            range = AddressRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw fault(", line " + line + ": " + e.getMessage());
        }
        if (!covers(range)) {
            Iterator<AddressRange> next = ranges.tailSet(range).iterator();
            while (next.hasNext() && range.contains(next.next())) {
                next.remove();
            }
            ranges.add(range);
        }
    }

    private boolean covers(AddressRange range) {
        AddressRange before = ranges.floor(range);
        return before != null && before.contains(range);
    }

    @Override
    public boolean include(InetSocketAddress client) {
        return covers(AddressRange.of(client.getAddress()));
    }

    @Override
    public AddressList reread() {
        return read(file);
    }
}
