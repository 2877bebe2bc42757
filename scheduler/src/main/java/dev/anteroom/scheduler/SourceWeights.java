package dev.anteroom.scheduler;

import dev.anteroom.address.AddressRange;
import dev.anteroom.address.Visible;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The weights of sources, such as {@code 10.0.0.0/8*3;192.168.1.7*2}. The first rule that matches a source gives its
 * weight. A source that no rule matches has weight 1. A rule matches a source if one contains the other, so a rule
 * about one IPv6 address matches the network that is its source. A source that is not an IP address, such as the
 * numbers of the simulator, matches a rule that is written the same.
 */
final class SourceWeights implements ToIntFunction<Object> {
    private static final Pattern FORM = Pattern.compile("([^*]+)\\*([1-9][0-9]{0,5})");

    /** Text that can only be meant as a range, so that a misspelt one is a fault and not a name. */
    private static final Pattern RANGE = Pattern.compile("[0-9.]*\\.[0-9.]*|[0-9a-fA-F.]*:[0-9a-fA-F:.]*|.*[/\\[%].*");

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

    /** The weight of a range, or of a source that is not an address. */
    private record Rule(String name, @Nullable AddressRange range, int weight) {
        static Rule parse(String text) {
            Matcher matcher = FORM.matcher(Visible.strip(text));
            if (!matcher.matches()) {
                throw fault(Visible.quote(text) + " is not a weight; write ADDRESS*WEIGHT or ADDRESS/BITS*WEIGHT, such"
                        + " as 10.0.0.0/8*3, and \";\" between them");
            }
            String name = Visible.strip(matcher.group(1));
            return new Rule(name, range(name), Integer.parseInt(matcher.group(2)));
        }

        private static @Nullable AddressRange range(String name) {
            try {
                return RANGE.matcher(name).matches() ? AddressRange.parse(name) : null;
            } catch (IllegalArgumentException e) {
                throw fault(String.valueOf(e.getMessage()));
            }
        }

        private static IllegalArgumentException fault(String what) {
            return new IllegalArgumentException("parameter \"weights\": " + what);
        }

        boolean matches(Object source) {
            if (range == null) {
                return name.equals(source.toString());
            }
            AddressRange other = source instanceof InetAddress address
                    ? AddressRange.of(address)
                    : source instanceof AddressRange prefix ? prefix : null;
            return other != null && (range.contains(other) || other.contains(range));
        }
    }
}
