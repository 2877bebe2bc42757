package dev.anteroom.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An SVG chart with a line for each subject: its median over the settings, both on logarithmic scales. */
final class Chart {
    private static final int LEFT = 70;
    private static final int TOP = 40;
    private static final int WIDTH = 420;
    private static final int HEIGHT = 300;
    private static final String[] COLOURS = {
        "#1b6ca8", "#d1495b", "#3a7d44", "#8e5ea2", "#e08e0b", "#00798c", "#6b705c", "#b5838d", "#7f4f24", "#495057",
        "#9a031e"
    };

    private final String title;
    private final String setting;
    private final Map<String, List<Figure>> lines;
    private final List<Integer> settings;
    private final double lowest;
    private final double highest;

    Chart(String title, String setting, List<Figure> figures) {
        this.title = title;
        this.setting = setting;
        lines = figures.stream()
                .collect(Collectors.groupingBy(Figure::subject, LinkedHashMap::new, Collectors.toList()));
        settings = figures.stream().map(Figure::setting).distinct().sorted().toList();
        lowest = Math.floor(
                figures.stream().mapToDouble(f -> Math.log10(f.median())).min().orElseThrow());
        highest = Math.ceil(
                figures.stream().mapToDouble(f -> Math.log10(f.median())).max().orElseThrow());
    }

    void writeTo(Path file) throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add(text(LEFT, 20, "start", title + ", nanoseconds (logarithmic)"));
        for (double decade = lowest; decade <= highest; decade++) {
            parts.add(line(LEFT, y(decade), LEFT + WIDTH, y(decade)));
            parts.add(text(LEFT - 6, y(decade) + 4, "end", String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade))));
        }
        for (int value : settings) {
            parts.add(text(x(value), TOP + HEIGHT + 18, "middle", String.format(Locale.ROOT, "%,d", value)));
        }
        parts.add(text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 36, "middle", setting));
        int number = 0;
        for (Map.Entry<String, List<Figure>> entry : lines.entrySet()) {
            parts.add(curve(entry.getValue(), COLOURS[number % COLOURS.length]));
            parts.add(legend(entry.getKey(), number++));
        }
        Files.writeString(
                file,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 390\" font-family=\"sans-serif\""
                        + " font-size=\"12\">\n"
                        + "<rect width=\"760\" height=\"390\""
                        + " fill=\"white\"/>\n" + String.join("\n", parts)
                        + "\n</svg>\n");
    }

    private String curve(List<Figure> figures, String colour) {
        String points = figures.stream()
                .map(figure -> number(x(figure.setting())) + "," + number(y(Math.log10(figure.median()))))
                .collect(Collectors.joining(" "));
        String dots = figures.stream()
                .map(figure -> "<circle cx=\"" + number(x(figure.setting())) + "\" cy=\""
                        + number(y(Math.log10(figure.median()))) + "\" r=\"3\" fill=\"" + colour + "\"/>")
                .collect(Collectors.joining());
        return "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points + "\"/>"
                + dots;
    }

    private static String legend(String name, int number) {
        int y = TOP + 10 + number * 20;
        int x = LEFT + WIDTH + 30;
        return "<rect x=\"" + x + "\" y=\"" + (y - 9) + "\" width=\"12\" height=\"10\" fill=\""
                + COLOURS[number % COLOURS.length] + "\"/>" + text(x + 18, y, "start", name);
    }

    /** Returns the position of a setting. The settings are spaced equally, as each is a multiple of the one before. */
    private double x(int value) {
        return LEFT + 20 + (WIDTH - 40.0) * settings.indexOf(value) / Math.max(1, settings.size() - 1);
    }

    private double y(double decade) {
        return TOP + HEIGHT - HEIGHT * (decade - lowest) / Math.max(1, highest - lowest);
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2)
                + "\" stroke=\"#ddd\"/>";
    }

    private static String text(double x, double y, String anchor, String text) {
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + text
                + "</text>";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
