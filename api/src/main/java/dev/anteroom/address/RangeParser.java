package dev.anteroom.address;

import org.jspecify.annotations.Nullable;

/** Parses one range. Every fault names the text, with its invisible characters, and what to write instead. */
final class RangeParser {
    private final String written;

    RangeParser(String written) {
        this.written = written;
    }

    AddressRange parse() {
        String text = withoutBrackets(Visible.strip(written));
        int slash = text.indexOf('/');
        String part = slash < 0 ? text : withoutBrackets(text.substring(0, slash));
        if (part.indexOf('%') >= 0) {
            throw fault("has a scope (after the \"%\"), and a range has none; leave it out, the range matches on every"
                    + " interface");
        }
        IpAddress address = IpAddress.tryParse(part);
        if (address == null) {
            throw malformed("");
        }
        // An IPv4 address that was written as an IPv6 address has the prefix length of one.
        boolean isMapped = address.isV4() && part.indexOf(':') >= 0;
        return slash < 0
                ? AddressRange.of(address, address.isV4() ? 32 : IpAddress.BITS)
                : range(address, isMapped, text.substring(slash + 1));
    }

    private static String withoutBrackets(String text) {
        boolean isInBrackets = text.startsWith("[") && text.endsWith("]") && text.indexOf(':') >= 0;
        return isInBrackets ? text.substring(1, text.length() - 1) : text;
    }

    private AddressRange range(IpAddress address, boolean isMapped, String prefix) {
        int most = address.isV4() && !isMapped ? 32 : IpAddress.BITS;
        int length = prefix.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(prefix) : maskLength(prefix, most);
        if (length > most) {
            throw malformed(": its prefix has more than " + most + " bits");
        }
        if (isMapped && length < IpAddress.MAPPED_BITS) {
            throw fault("is an IPv4-mapped range, whose prefix has from 96 to 128 bits; write "
                    + AddressRange.of(address, Math.min(length, 32)) + " for IPv4 addresses");
        }
        AddressRange range = AddressRange.of(address, isMapped ? length - IpAddress.MAPPED_BITS : length);
        if (!range.first().equals(address)) {
            throw fault("has bits set beyond its prefix; write " + range + " for the range, or " + address
                    + " for the one address");
        }
        return range;
    }

    /** Returns the number of leading ones of a netmask. */
    private int maskLength(String text, int most) {
        IpAddress mask = IpAddress.tryParse(withoutBrackets(text));
        if (mask == null || (text.indexOf(':') < 0) != (most == 32)) {
            throw malformed(": after the \"/\" there is neither a number of bits nor a netmask");
        }
        Integer length = ones(mask, most == 32);
        if (length == null) {
            throw malformed(": its netmask is not ones followed by zeros");
        }
        return length;
    }

    private static @Nullable Integer ones(IpAddress mask, boolean isV4) {
        int bits = Long.numberOfLeadingZeros(~mask.high());
        long low = isV4 ? mask.low() << Integer.SIZE : mask.low();
        int lowOnes = Long.numberOfLeadingZeros(~low);
        int length = isV4 ? lowOnes : bits == Long.SIZE ? bits + lowOnes : bits;
        boolean isMask = isV4
                ? low == AddressRange.highMask(length)
                : mask.high() == AddressRange.highMask(length) && mask.low() == AddressRange.lowMask(length);
        return isMask ? length : null;
    }

    private IllegalArgumentException malformed(String reason) {
        return fault("is not a range of addresses" + reason + "; write ADDRESS/BITS, such as 10.0.0.0/8 or fd00::/8");
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(Visible.quote(written) + " " + what);
    }
}
