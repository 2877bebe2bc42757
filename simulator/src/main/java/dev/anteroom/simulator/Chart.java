package dev.anteroom.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as SVG, for a page or as a file that stands alone. Every line has a colour of its own: successive hues
 * are a golden angle apart, and each eight lines have another lightness. A page sets {@code --lightness} for its
 * background.
 */
public final class Chart {
    private static final String STYLE = """
            svg text { fill: #5d6878; font: 12px system-ui, sans-serif; }
            .middle { text-anchor: middle; } .end { text-anchor: end; } .grid { stroke: #dcdfe4; }
            .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
            """;

    private static final int WIDTH = 720;
    private static final int HEIGHT = 280;
    private static final int LEFT = 60;
    private static final int RIGHT = 30;
    private static final int TOP = 12;
    private static final int BOTTOM = 44;
    private static final int LEGEND_LINE = 20;
    private static final double FIRST_HUE = 215;
    private static final double GOLDEN_ANGLE = 137.508;
    private static final int HUES = 8;
    private static final int[] LIGHTNESS = {0, -14, 14};

    private final StringBuilder drawing = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private final String title;
    private final double maxX;
    private final double maxY;

    /**
     * A point of a line.
     *
     * @param x from 0 to the end of the axis
     * @param y from 0 to the end of the axis; a greater value is drawn there
     */
    public record Point(double x, double y) {}

    /**
     * Draws the axes.
     *
     * @param title read out by a screen reader
     * @param xTitle below the x axis
     * @param xLabels evenly spaced from 0 to maxX
     * @param yLabels evenly spaced from 0 to maxY
     * @param maxX the end of the x axis, more than 0
     * @param maxY the end of the y axis, more than 0
     */
    public Chart(String title, String xTitle, List<String> xLabels, List<String> yLabels, double maxX, double maxY) {
        this.title = title;
        this.maxX = maxX;
        this.maxY = maxY;
        for (int i = 0; i < yLabels.size(); i++) {
            double y = y(maxY * i / Math.max(1, yLabels.size() - 1));
            add("<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y, y);
            add("<text class='end' x='%d' y='%.1f'>%s</text>", LEFT - 8, y + 4, yLabels.get(i));
        }
        for (int i = 0; i < xLabels.size(); i++) {
            double x = x(maxX * i / Math.max(1, xLabels.size() - 1));
            add("<text class='middle' x='%.1f' y='%d'>%s</text>", x, HEIGHT - BOTTOM + 18, xLabels.get(i));
        }
        add("<text class='middle' x='%d' y='%d'>%s</text>\n", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, xTitle);
    }

    /**
     * Draws a line.
     *
     * @param name shown in the legend
     * @param points from left to right
     */
    public void line(String name, List<Point> points) {
        add("<polyline class='line' style='color:%s' points='", colour(names.size()));
        for (Point point : points) {
            add("%.1f,%.1f ", x(point.x()), y(Math.min(point.y(), maxY)));
        }
        add("'><title>%s</title></polyline>\n", escape(name));
        names.add(name);
    }

    /** Returns the chart as an element for a page that has its style. */
    String svg() {
        return String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>%s</svg>\n",
                WIDTH,
                HEIGHT,
                escape(title),
                drawing);
    }

    /**
     * Returns the chart as a file, with a legend.
     *
     * @param heading above the legend
     * @return a complete SVG document
     */
    public String standAlone(String heading) {
        int top = LEGEND_LINE * (names.size() + 1);
        StringBuilder file =
                new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'>
                <style>
                %s</style>
                <rect width='100%%' height='100%%' fill='#fff'/>
                <text x='12' y='16'>%s</text>
                """, WIDTH, top + HEIGHT, STYLE, escape(heading)));
        for (int i = 0; i < names.size(); i++) {
            file.append(String.format(
                    Locale.ROOT,
                    "<rect x='12' y='%d' width='12' height='12' rx='3' style='fill:%s'/>"
                            + "<text x='32' y='%d'>%s</text>\n",
                    LEGEND_LINE * (i + 1) + 6,
                    colour(i),
                    LEGEND_LINE * (i + 1) + 16,
                    escape(names.get(i))));
        }
        return file.append(String.format(Locale.ROOT, "<g transform='translate(0 %d)'>%s</g>\n</svg>\n", top, drawing))
                .toString();
    }

    /** Returns the colour of a line in CSS; no two lines of a chart have the same. */
    static String colour(int line) {
        return String.format(
                Locale.ROOT,
                "hsl(%.1f 62%% calc(var(--lightness, 42%%) + %d%%))",
                (FIRST_HUE + line * GOLDEN_ANGLE) % 360,
                LIGHTNESS[line / HUES % LIGHTNESS.length]);
    }

    /** Escapes a text for HTML or SVG. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;");
    }

    private double x(double value) {
        return LEFT + value / maxX * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / maxY * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... values) {
        drawing.append(String.format(Locale.ROOT, format, values));
    }
}
