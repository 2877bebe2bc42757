package dev.anteroom.scheduler;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The weights of sources, such as {@code 10.0.0.0/8*3;192.168.1.7*2}. The first rule that matches a source gives its
 * weight. A source that no rule matches has weight 1. A source that is not an IP address, such as the numbers of the
 * simulator, matches a rule that is written the same.
 */
final class SourceWeights implements ToIntFunction<Object> {
    private static final Pattern FORM = Pattern.compile("([^*/]+)(?:/(\\d{1,3}))?\\*([1-9]\\d{0,5})");
    private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private final List<Rule> rules = new ArrayList<>();

    private SourceWeights() {}

    /**
     * Parses weights.
     *
     * @throws IllegalArgumentException if the text is malformed
     */
    static SourceWeights parse(String text) {
        SourceWeights weights = new SourceWeights();
        for (String rule : text.split(";", -1)) {
            weights.rules.add(Rule.parse(rule));
        }
        return weights;
    }

    @Override
    public int applyAsInt(Object source) {
        for (Rule rule : rules) {
            if (rule.matches(source)) {
                return rule.weight;
            }
        }
        return 1;
    }

    /** The weight of a network, or of a source that is not an address. */
    @SuppressWarnings("ArrayRecordComponent") // rules are never compared
    private record Rule(String name, byte @Nullable [] network, int bits, int weight) {
        static Rule parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw malformed(text);
            }
            String name = matcher.group(1);
            byte[] network = ADDRESS.matcher(name).matches() ? address(name, text) : null;
            int most = network == null ? 0 : network.length * Byte.SIZE;
            int bits = matcher.group(2) == null ? most : Integer.parseInt(matcher.group(2));
            if (bits > most) {
                throw malformed(text);
            }
            return new Rule(name, network, bits, Integer.parseInt(matcher.group(3)));
        }

        /** Parses an address literal. No name is looked up. */
        private static byte[] address(String literal, String text) {
            try {
                return InetAddress.getByName(literal).getAddress();
            } catch (UnknownHostException e) {
                throw malformed(text);
            }
        }

        private static IllegalArgumentException malformed(String text) {
            return new IllegalArgumentException("parameter \"weights\": \"" + text
                    + "\" is not a weight; write ADDRESS*WEIGHT or ADDRESS/BITS*WEIGHT, such as 10.0.0.0/8*3, and \";\""
                    + " between them");
        }

        boolean matches(Object source) {
            if (network == null) {
                return name.equals(source.toString());
            }
            byte[] other = source instanceof InetAddress address ? address.getAddress() : new byte[0];
            return other.length == network.length && prefix(other).equals(prefix(network));
        }

        private BigInteger prefix(byte[] address) {
            return new BigInteger(1, address).shiftRight(address.length * Byte.SIZE - bits);
        }
    }
}
