package dev.anteroom.simulator;

import dev.anteroom.expression.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses an {@link Upstream} as users write it: {@code knee(40, steep), slow(x4, from=60s, for=30s)}. */
final class UpstreamParser {
    static final String FORMS = "ideal, knee(N), knee(N, steep) or usl(ALPHA, BETA), and any number of"
            + " slow(xFACTOR, from=TIME, for=TIME), hang(from=TIME, for=TIME) and down(from=TIME, for=TIME)";

    private static final Pattern FORM = Pattern.compile("([a-z]+)(?:\\(([^()]*)\\))?");
    private static final Pattern DURING = Pattern.compile("(?:x(\\S+), ?)?from=(\\S+), ?for=(\\S+)");

    private final List<Upstream.Incident> incidents = new ArrayList<>();
    private @Nullable Crowding crowding;

    private UpstreamParser() {}

    /**
     * Parses an upstream.
     *
     * @throws IllegalArgumentException if the text does not consist of {@link #FORMS}; the message is one line
     */
    static Upstream parse(String text) {
        UpstreamParser parser = new UpstreamParser();
        CommaList.split(text).forEach(parser::add);
        return new Upstream(parser.crowding == null ? Crowding.IDEAL : parser.crowding, List.copyOf(parser.incidents));
    }

    private void add(String form) {
        Matcher matcher = FORM.matcher(form);
        if (!matcher.matches()) {
            throw unknown(form);
        }
        String name = matcher.group(1);
        String arguments = matcher.group(2) == null ? "" : matcher.group(2);
        if (List.of("slow", "hang", "down").contains(name)) {
            incidents.add(incident(form, name, arguments));
        } else if (crowding == null) {
            crowding = crowding(form, name, CommaList.split(arguments));
        } else {
            throw new IllegalArgumentException("\"" + form + "\": an upstream has only one of ideal, knee and usl");
        }
    }

    private static Upstream.Incident incident(String form, String name, String arguments) {
        Matcher matcher = DURING.matcher(arguments);
        if (!matcher.matches() || name.equals("slow") != (matcher.group(1) != null)) {
            throw unknown(form);
        }
        double factor = switch (name) {
            case "slow" -> positive(matcher.group(1), form);
            case "hang" -> Double.POSITIVE_INFINITY;
            default -> 1;
        };
        return new Upstream.Incident(nanos(matcher.group(2)), nanos(matcher.group(3)), factor, name.equals("down"));
    }

    private static Crowding crowding(String form, String name, List<String> arguments) {
        boolean steep = arguments.size() == 2 && arguments.get(1).equals("steep");
        return switch (name + " " + (steep ? "steep" : arguments.size())) {
            case "ideal 1" -> Crowding.IDEAL;
            case "knee 1" -> Crowding.softKnee(count(arguments.get(0)));
            case "knee steep" -> Crowding.steepKnee(count(arguments.get(0)));
            case "usl 2" -> Crowding.usl(Numbers.parse(arguments.get(0)), Numbers.parse(arguments.get(1)));
            default -> throw unknown(form);
        };
    }

    private static int count(String text) {
        if (!text.matches("[1-9]\\d{0,6}")) {
            throw new IllegalArgumentException("a knee must be a whole number from 1 to 9999999, was \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    private static double positive(String text, String form) {
        double factor = Numbers.parse(text);
        if (factor == 0) {
            throw new IllegalArgumentException("\"" + form + "\": the factor must be more than 0");
        }
        return factor;
    }

    private static long nanos(String text) {
        return Durations.parse(text).toNanos();
    }

    private static IllegalArgumentException unknown(String form) {
        return new IllegalArgumentException("\"" + form + "\" is not an upstream; write " + FORMS);
    }
}
